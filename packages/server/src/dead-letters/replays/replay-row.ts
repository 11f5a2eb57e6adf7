import type { ReplayEnd } from "@arbitex/core/host";
import { z } from "zod";
import { storableJson } from "../../database/storable.ts";
import type { DeadLetterFilter } from "../dead-letter-filter.ts";
import type { FoundDeadLetters } from "../replay-destination.ts";

export type ReplayState = "waiting" | "running" | "failed" | ReplayEnd["kind"];

/** What a replay was asked to send: enough for any server to go on with it. */
export interface ReplayRequest {
  readonly destinationId: string;
  /** Empty for a global destination. */
  readonly orgId: string;
  /** Version of the configuration; 0 for a global destination. */
  readonly version: number;
  readonly filter: DeadLetterFilter;
  readonly perSecond: number | undefined;
}

/** A replay that all servers see. */
export interface ReplayRow extends ReplayRequest {
  readonly id: string;
  /** `opening` until its dead letters are counted. */
  readonly state: ReplayState | "opening";
  readonly reason: string | undefined;
  readonly fix: string | undefined;
  /** Whether it was ended because the configuration changed. */
  readonly isOutdated: boolean;
  /** Whether it is to end. */
  readonly isCancelled: boolean;
  readonly deadLetters: FoundDeadLetters;
  readonly settled: number;
  readonly deadLettered: number;
  readonly invalid: number;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  /** The server that runs it, by its lease. */
  readonly nodeId: string;
  /** Ascends with each server that takes it over. */
  readonly epoch: number;
}

const bigint = z.coerce.number();

const storedFilter = z.object({
  stages: z.array(z.string()).optional(),
  since: z.number().optional(),
  until: z.number().optional(),
  ids: z.array(z.string()).optional(),
  reason: z.string().optional(),
});

export function filterText({ stages, since, until, ids, reason }: DeadLetterFilter): string {
  return storableJson({ stages, since, until, ids: ids && [...ids], reason });
}

export const replayRow = z
  .object({
    id: z.string(),
    destination_id: z.string(),
    org_id: z.string(),
    config_version: z.number(),
    filter: storedFilter,
    per_second: z.number().nullable(),
    state: z.enum(["opening", "waiting", "running", "complete", "cancelled", "stuck", "failed"]),
    reason: z.string().nullable(),
    fix: z.string().nullable(),
    is_outdated: z.boolean(),
    is_cancelled: z.boolean(),
    place: z.string(),
    found: bigint,
    foreign_found: bigint,
    old_found: bigint,
    settled: bigint,
    dead_lettered: bigint,
    invalid: bigint,
    started_at: z.date(),
    ended_at: z.date().nullable(),
    node_id: z.string(),
    epoch: bigint,
  })
  .transform(
    (row): ReplayRow => ({
      id: row.id,
      destinationId: row.destination_id,
      orgId: row.org_id,
      version: row.config_version,
      filter: { ...row.filter, ids: row.filter.ids && new Set(row.filter.ids) },
      perSecond: row.per_second ?? undefined,
      state: row.state,
      reason: row.reason ?? undefined,
      fix: row.fix ?? undefined,
      isOutdated: row.is_outdated,
      isCancelled: row.is_cancelled,
      deadLetters: { path: row.place, found: row.found, foreign: row.foreign_found, old: row.old_found },
      settled: row.settled,
      deadLettered: row.dead_lettered,
      invalid: row.invalid,
      startedAt: row.started_at,
      endedAt: row.ended_at ?? undefined,
      nodeId: row.node_id,
      epoch: row.epoch,
    }),
  );

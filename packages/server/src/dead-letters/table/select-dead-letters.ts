import type { StoredDeadLetter } from "@arbitex/core/host";
import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { z } from "zod";
import type { DeadLetterFilter } from "../dead-letter-filter.ts";

/** Name of the table, where messages name a file. */
export const TABLE = "siem_dead_letters";

const rowSchema = z.object({
  seq: z.coerce.number(),
  id: z.string(),
  destination_id: z.string(),
  type: z.string(),
  org_id: z.string().nullable(),
  event_id: z.string(),
  stage: z.string(),
  reason: z.string(),
  attempts: z.number(),
  ambiguous: z.boolean(),
  first_attempt_at: z.date().nullable(),
  dead_lettered_at: z.date(),
  is_replayed: z.boolean(),
  event: z.string(),
});

/** A row of the table: `seq` ascends with the order of writing. */
export interface DeadLetterRow {
  readonly seq: number;
  readonly isReplayed: boolean;
  readonly deadLetter: StoredDeadLetter;
}

/** The columns of a dead letter; those of a list leave out the event. */
export function columns(withEvents: boolean): RawBuilder<unknown> {
  return sql`seq, id, destination_id, type, org_id, event_id, stage, reason, attempts, ambiguous, first_attempt_at,
    dead_lettered_at, outcome is not null as is_replayed, ${withEvents ? sql`event` : sql`''`} as event`;
}

export function rowsOf(rows: readonly unknown[]): readonly DeadLetterRow[] {
  return rows.map((row) => {
    const { seq, is_replayed, destination_id, org_id, event_id, first_attempt_at, dead_lettered_at, ...same } =
      rowSchema.parse(row);
    const deadLetter = {
      ...same,
      destination: destination_id,
      orgId: org_id,
      eventId: event_id,
      firstAttemptAt: first_attempt_at?.toISOString() ?? null,
      deadLetteredAt: dead_lettered_at.toISOString(),
      file: TABLE,
      line: 0,
    };
    return { seq, isReplayed: is_replayed, deadLetter };
  });
}

/** The condition for a filter, as `isMeant` decides for files. */
export function matches({
  destination,
  orgId,
  stages,
  since,
  until,
  ids,
  reason,
}: DeadLetterFilter): RawBuilder<unknown> {
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (destination !== undefined) conditions.push(sql`destination_id = ${destination}`);
  if (orgId !== undefined) conditions.push(sql`org_id = ${orgId}`);
  if (stages !== undefined) conditions.push(sql`stage = any(${[...stages]}::text[])`);
  if (since !== undefined) conditions.push(sql`dead_lettered_at >= ${isoOf(since)}::timestamptz`);
  if (until !== undefined) conditions.push(sql`dead_lettered_at < ${isoOf(until)}::timestamptz`);
  if (ids !== undefined) conditions.push(sql`id = any(${[...ids]}::text[])`);
  if (reason !== undefined) conditions.push(sql`position(lower(${reason}::text) in lower(reason)) > 0`);
  return sql.join(conditions, sql` and `);
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

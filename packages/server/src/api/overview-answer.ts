import { z } from "zod";
import type { DestinationActivity } from "../activity/activity.ts";
import type { SiemConfig } from "../organisations/configs/siem-config.ts";
import { health } from "../http/destination-schema.ts";
import { silenceAnswer, silenceAnswerOf } from "../http/silence-answer.ts";
import type { StatusAnswer } from "./config-schemas.ts";

const time = z.iso.datetime();

const line = z.object({
  id: z.guid(),
  name: z.string().nullable(),
  connector_type: z.string(),
  is_enabled: z.boolean(),
  paused: z.boolean().meta({ description: "Its events are held until it is resumed." }),
  health,
  since: time.nullable().meta({ description: "When it came into this state; null where it does not run." }),
  reason: z.string().nullable(),
  fix: z.string().nullable(),
  problem: z.string().nullable().meta({ description: "Why the configuration, as it is now, does not run." }),
  queued: z.int(),
  oldest_age_seconds: z.number(),
  dead_letters_waiting: z.int(),
  delivered: z.int(),
  last_delivery_at: time.nullable(),
  rate_per_minute: z.int().meta({ description: "Delivered in the last whole minute." }),
  last_hour: z.array(z.int()).meta({ description: "Delivered by the minute, oldest first." }),
  silence: silenceAnswer,
});

export const overviewAnswer = z
  .object({ destinations: z.array(line) })
  .meta({ id: "Overview", description: "An organisation's destinations at a glance, the worst first." });

export type OverviewLine = z.output<typeof line>;

export interface LineParts {
  readonly config: SiemConfig;
  readonly status: StatusAnswer;
  readonly since: number | undefined;
  readonly deadLetters: number;
  readonly activity: DestinationActivity | undefined;
}

export function overviewLine({ config, status, since, deadLetters, activity }: LineParts): OverviewLine {
  const lastHour = activity?.hour.delivered ?? [];
  return {
    id: config.id,
    name: config.name,
    connector_type: config.connectorType,
    is_enabled: config.isEnabled,
    paused: config.delivery["paused"] === true,
    health: status.health,
    since: since === undefined ? null : new Date(since).toISOString(),
    reason: status.reason,
    fix: status.fix,
    problem: status.problem,
    queued: status.queue?.events ?? status.counts?.queued ?? 0,
    oldest_age_seconds: status.queue?.oldest_age_seconds ?? 0,
    dead_letters_waiting: deadLetters,
    delivered: status.counts?.delivered ?? 0,
    last_delivery_at: status.last_delivery_at,
    rate_per_minute: lastHour.at(-2) ?? 0,
    last_hour: [...lastHour],
    silence: silenceAnswerOf(activity?.silence),
  };
}

const BADNESS = { failed: 3, degraded: 2, pending: 1, healthy: 0 } as const;

/** How much a destination needs a person: its health first, then silence, dead letters and the queue. */
export function worstFirst(one: OverviewLine, other: OverviewLine): number {
  const differences = [
    Number(other.is_enabled) - Number(one.is_enabled),
    badnessOf(other) - badnessOf(one),
    Number(other.silence !== null) - Number(one.silence !== null),
    other.dead_letters_waiting - one.dead_letters_waiting,
    other.queued - one.queued,
  ];
  return differences.find((difference) => difference !== 0) ?? 0;
}

function badnessOf({ health: state, problem }: OverviewLine): number {
  return problem === null ? BADNESS[state] : BADNESS.failed;
}

import { z } from "zod";
import { deadLetterStages } from "../dead-letters/dead-letter-filter.ts";
import { parseMoment } from "../moment.ts";
import { orgQuery } from "./acting-org.ts";

const stage = z.enum(deadLetterStages);
const moment = z
  .string()
  .refine((text) => parseMoment(text, 0, "ago") !== undefined, {
    error: "expected a time such as 2026-11-25T17:00:00Z, or how long ago, such as 24h",
  })
  .meta({ description: "A time, or how long ago (`24h`, `7d`), of when a dead letter was written." });
const id = z.string().min(1).max(100);

const MOST_DEAD_LETTERS = 500;
const MOST_WITH_EVENTS = 50;
const MOST_PARTS = 20;

/** Comma-separated values of a query parameter. */
const commas = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(item).min(1).max(MOST_PARTS));

/** Which dead letters are meant. */
const selection = {
  stage: commas(stage)
    .optional()
    .meta({ description: `Stages, divided by commas: ${deadLetterStages.join(", ")}.` }),
  since: moment.optional(),
  until: moment.optional(),
  reason: z.string().min(1).max(200).optional().meta({ description: "A part of the reason." }),
};

export const selectionQuery = orgQuery.extend(selection);

export const deadLetterQuery = orgQuery
  .extend({
    ...selection,
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_DEAD_LETTERS)
      .default(50)
      .meta({
        description: `Most dead letters of an answer; ${MOST_WITH_EVENTS} with their events.`,
      }),
    cursor: z.string().min(1).max(300).optional().meta({ description: "`next_cursor` of the answer before." }),
    include: commas(z.enum(["event", "replayed"]))
      .optional()
      .meta({
        description: "`event`: each dead letter's event. `replayed`: dead letters that were replayed as well.",
      }),
  })
  .refine(({ limit, include = [] }) => limit <= MOST_WITH_EVENTS || !include.includes("event"), {
    path: ["limit"],
    error: `expected ${MOST_WITH_EVENTS} at most with include=event`,
  });

export const purgeQuery = orgQuery.extend({
  which: z
    .enum(["replayed", "all"])
    .default("replayed")
    .meta({ description: "`replayed`: those that were replayed alone. `all`: those that were not as well." }),
  ...selection,
  dry_run: z.enum(["true", "false"]).optional().meta({ description: "`true`: only count what would be purged." }),
  confirm: z.string().max(200).optional().meta({
    description:
      "The configuration's name, or its id when it has none or is deleted. Wanted of a session with `which=all`.",
  }),
});

export const purgeAnswer = z.object({
  purged: z.int(),
  found: z.int().optional().meta({ description: "With `dry_run`: what would be purged." }),
});

export const deadLetterSummary = z
  .object({
    bytes: z
      .int()
      .meta({ description: "On the disk, with those that were replayed or purged and whose file is not full." }),
    max_bytes: z.int().meta({ description: "With as many the organisation's destinations hold their events." }),
    configurations: z.array(
      z.object({ id: z.string(), name: z.string().nullable(), is_deleted: z.boolean(), bytes: z.int() }),
    ),
  })
  .meta({ description: "Dead letters by configuration." });

export type DeadLetterQuery = z.output<typeof deadLetterQuery>;

export const deadLetterAnswer = z.object({
  id: z.string(),
  event_id: z.string(),
  stage: z.string(),
  reason: z.string(),
  attempts: z.int(),
  ambiguous: z.boolean().meta({ description: "The SIEM may have stored the event although it gave no answer." }),
  first_attempt_at: z.string().nullable(),
  dead_lettered_at: z.string(),
  replayed: z.boolean(),
  event: z.unknown().optional(),
});

export type DeadLetterAnswer = z.output<typeof deadLetterAnswer>;

export const deadLettersAnswer = z
  .object({
    letters: z.array(deadLetterAnswer),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: "For the dead letters before these; null when there are none." }),
  })
  .meta({ description: "Dead letters, newest first." });

export const replayBody = z
  .strictObject({
    ids: z.array(id).min(1).max(1000).optional(),
    stage: z.union([stage, z.array(stage).min(1).max(deadLetterStages.length)]).optional(),
    since: moment.optional(),
    until: moment.optional(),
    reason: z.string().min(1).max(200).optional(),
    dry_run: z.boolean().optional().meta({ description: "Only count what would be sent." }),
    rate: z.number().min(1).max(100_000).optional().meta({ description: "Most events in a second." }),
  })
  .meta({ description: "Which dead letters are meant; without any of these all that were not replayed." });

export type ReplayBody = z.output<typeof replayBody>;

const found = {
  found: z.int().meta({ description: "Dead letters that are meant." }),
  foreign: z.int().meta({ description: "Of another organisation; they are left as they are." }),
  old: z.int().meta({ description: "Older than the SIEM takes as they are." }),
};

export const dryRunAnswer = z.object({ dry_run: z.literal(true), ...found, warning: z.string().nullable() });

export const replayAnswer = z
  .object({
    id: z.guid(),
    state: z
      .enum(["waiting", "running", "complete", "cancelled", "stuck", "failed"])
      .meta({ description: "`waiting` for its turn: several organisations' replays take turns of ten minutes." }),
    reason: z.string().nullable(),
    fix: z.string().nullable(),
    warning: z.string().nullable().meta({ description: "What the SIEM does with events that are old." }),
    ...found,
    offered: z.int().meta({ description: "Dead letters whose events were sent again." }),
    settled: z.int().meta({ description: "Delivered, or left out by the filter." }),
    dead_lettered: z.int().meta({ description: "Refused again; there are new dead letters of them." }),
    invalid: z.int().meta({ description: "Not valid any more by today's limits; left as they are." }),
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
  })
  .meta({
    id: "Replay",
    description:
      "A replay. Where servers share dead letters, another one goes on with it when its server dies; else it ends with the server. What it settled stays settled.",
  });

export type ReplayAnswer = z.output<typeof replayAnswer>;

import { z } from "zod";
import { askControl } from "../../control/ask-control.ts";

const health = z.enum(["pending", "healthy", "degraded", "failed"]);
const text = z.string().nullable().default(null);

const nodeLineSchema = z.object({ node: z.string(), health, reason: text, queued: z.number() });

const destinationSchema = z.object({
  id: z.string(),
  type: z.string(),
  org_id: z.string().nullable(),
  health,
  since: text,
  reason: text,
  fix: text,
  next_attempt_at: text,
  counts: z.object({ delivered: z.number() }),
  queue: z.object({ events: z.number(), oldest_age_seconds: z.number(), under_way: z.number().default(0) }),
  attempt_age_seconds: z.number().default(0),
  dead_letters_waiting: z.number(),
  dead_letters_waiting_by_stage: z.record(z.string(), z.number()),
  last_delivery_at: text,
  last_error: text,
  silence: z.object({ since: z.string(), usual_per_hour: z.number() }).nullable().default(null),
  configured_by: text,
  nodes: z.array(nodeLineSchema).default([]),
});

const nodeSchema = z.object({
  name: z.string(),
  version: z.string(),
  started_at: z.string(),
  seen_at: z.string(),
  partitions: z.array(z.number()),
});

const answerSchema = z.object({
  pid: z.number(),
  node: z.string(),
  version: z.string(),
  started_at: z.string(),
  config: z.string().nullable(),
  destinations: z.array(destinationSchema),
  kept: z.array(destinationSchema),
  dead_letters_elsewhere: z.array(z.object({ destination: z.string(), waiting: z.number() })),
  nodes: z.array(nodeSchema).default([]),
});

/** A running server's status at one moment. */
export type ServerStatus = z.output<typeof answerSchema>;
export type ServedDestination = z.output<typeof destinationSchema>;

/** Throws, with the fix, when no server can be asked. */
export async function askStatus(path: string | undefined): Promise<ServerStatus> {
  return answerSchema.parse(await askControl({ path, method: "GET", route: "/status" }));
}

import { z } from "zod";
import { silenceAnswer } from "./silence-answer.ts";

export const health = z.enum(["pending", "healthy", "degraded", "failed"]);

const perName = z.record(z.string(), z.int());

const nodeLine = z.object({
  node: z.string(),
  health,
  since: z.iso.datetime(),
  reason: z.string().nullable(),
  queued: z.int(),
  last_delivery_at: z.iso.datetime().nullable(),
});

/** A server that shares the queue. */
export const nodeAnswer = z
  .object({
    name: z.string(),
    version: z.string(),
    started_at: z.iso.datetime(),
    seen_at: z.iso.datetime(),
    partitions: z.array(z.int()).meta({ description: "Those of the topic that it delivers." }),
  })
  .meta({ id: "Node", description: "A live server among those that share a queue." });

/** A destination as `GET /v1/destinations` and the administrator's routes show it. */
export const destinationAnswer = z
  .object({
    id: z.string(),
    type: z.string(),
    org_id: z.string().nullable(),
    guarantee: z.enum(["indexed", "accepted", "written"]),
    health,
    since: z.iso.datetime().meta({ description: "When it came into this state." }),
    reason: z.string().nullable(),
    fix: z.string().nullable(),
    next_attempt_at: z.iso.datetime().nullable(),
    counts: z.object({
      taken_over: z.int().meta({ description: "Queued already when it was opened; not counted as accepted again." }),
      accepted: z.int(),
      delivered: z.int(),
      filtered: z.int(),
      dead_lettered: perName.meta({ description: "By stage." }),
      attempts: perName.meta({ description: "By verdict." }),
    }),
    lifetime: z
      .object({
        accepted: z.int(),
        delivered: z.int(),
        filtered: z.int(),
        dead_lettered: z.int(),
        unreadable: z.int(),
        queued: z.int(),
      })
      .meta({
        description:
          "Since the queue was made, over restarts and all servers that share it: `accepted` is the sum of the others.",
      }),
    queue: z.object({ events: z.int(), under_way: z.int(), bytes: z.int(), oldest_age_seconds: z.number() }),
    dead_letters_waiting: z.int().meta({ description: "Neither replayed nor purged." }),
    dead_letters_waiting_by_stage: perName,
    attempt_age_seconds: z.number().meta({ description: "Of the oldest attempt under way; 0 when there is none." }),
    learned_batch_bytes: z
      .int()
      .nullable()
      .meta({ description: "Most bytes of a request, where the SIEM took less than its connector says." }),
    last_delivery_at: z.iso.datetime().nullable(),
    last_error: z.string().nullable(),
    silence: silenceAnswer,
    nodes: z.array(nodeLine).meta({
      description:
        "Servers that have had events of it, the one in the worst state first. Empty for a queue of one server.",
    }),
  })
  .meta({ id: "Destination", description: "A destination, and how it is doing." });

/** Dead letters of an id without a destination. */
export const deadLettersElsewhereAnswer = z.object({
  destination: z.string(),
  waiting: z.int(),
  waiting_by_stage: perName,
});

import { z } from "zod";
import { count, deliverySchema } from "./delivery-config.ts";

/** What one organisation may take of a process that all of them share. */
const MOST_CONCURRENCY = 4;
const MOST_BATCH_EVENTS = 2000;
const LEAST_FLUSH_MS = 1000;
const MOST_RETRIES = 20;

/**
 * `delivery` of a destination that an organisation configures itself. It names no file of the server, and is bounded so
 * that nobody can hog the process. A full queue dead-letters: `block` and `reject` would hold up, or refuse, publishes
 * in which other organisations' events are.
 */
export const tenantDeliverySchema = deliverySchema.omit({ dead_letter_path: true }).extend({
  batch_size: count("Events in a batch (100).").max(MOST_BATCH_EVENTS).optional(),
  flush_interval: deliverySchema.shape.flush_interval.refine((ms) => ms === undefined || ms >= LEAST_FLUSH_MS, {
    error: "expected 1 second or more",
  }),
  max_retries: count("Attempts after the first (3).", 0).max(MOST_RETRIES).optional(),
  concurrency: count("Batches under way at a time (2).").max(MOST_CONCURRENCY).optional(),
  overflow: z
    .enum(["dead-letter", "dead_letter"])
    .transform(() => "dead-letter" as const)
    .meta({ description: "What happens when the queue is full (dead-letter)." })
    .optional(),
});

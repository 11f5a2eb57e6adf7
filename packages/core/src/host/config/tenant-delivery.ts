import { z } from "zod";
import { count, deliverySchema } from "./delivery-config.ts";

/** Largest `concurrency` of one organisation's destination in the shared process. */
const MOST_CONCURRENCY = 4;
const MOST_BATCH_EVENTS = 2000;
const LEAST_FLUSH_MS = 1000;
const MOST_RETRIES = 20;
const HOUR_MS = 3_600_000;
const MOST_FLUSH_MS = HOUR_MS;
const MOST_BACKOFF_MS = HOUR_MS;
const MOST_HOLD_MS = 30 * 24 * HOUR_MS;

/**
 * Schema of `delivery` for a destination that an organisation configures itself. It names no file of the server, and
 * its limits keep one organisation from hogging the process. A full queue dead-letters: `block` and `reject` would hold
 * up or refuse publishes with other organisations' events.
 */
export const tenantDeliverySchema = deliverySchema.omit({ dead_letter_path: true }).extend({
  batch_size: count("Events in a batch (100).").max(MOST_BATCH_EVENTS).optional(),
  flush_interval: within(
    "flush_interval",
    LEAST_FLUSH_MS,
    MOST_FLUSH_MS,
    "expected 1 second or more, and an hour at most",
  ),
  max_backoff: within("max_backoff", 0, MOST_BACKOFF_MS, "expected an hour at most"),
  hold_for: within("hold_for", 0, MOST_HOLD_MS, "expected 30 days at most"),
  max_retries: count("Attempts after the first (3).", 0).max(MOST_RETRIES).optional(),
  concurrency: count("Batches under way at a time (2).").max(MOST_CONCURRENCY).optional(),
  overflow: z
    .enum(["dead-letter", "dead_letter"])
    .transform(() => "dead-letter" as const)
    .meta({ description: "What happens when the queue is full (dead-letter)." })
    .optional(),
});

function within(key: "flush_interval" | "max_backoff" | "hold_for", least: number, most: number, error: string) {
  return deliverySchema.shape[key].refine((ms) => ms === undefined || (ms >= least && ms <= most), { error });
}

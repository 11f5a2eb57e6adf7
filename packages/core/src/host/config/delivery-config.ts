import { z } from "zod";
import type { DeliverySettings, EventFilter } from "../../delivery/delivery-settings.ts";
import { celFilter } from "../../filter/cel-filter.ts";
import { deliveryWindow } from "./delivery-window.ts";
import { redactSetting } from "./redact-setting.ts";
import { startPosition } from "./start-position.ts";
import { duration } from "./duration.ts";
import { integritySchema } from "./integrity-config.ts";

export const count = (description: string, least = 1) => z.int().min(least).meta({ description });

/** YAML reads it as a number. */
const ocsfVersion = z.preprocess(
  (given) => (typeof given === "number" ? String(given) : given),
  z.enum(["1.1", "1.5", "1.8"]),
);

/**
 * Schema of a destination's `delivery`, as users write it. Absent settings take the connector's default, or the general
 * one.
 */
export const deliverySchema = z
  .strictObject({
    batch_size: count("Events in a batch (100).").max(100_000),
    batch: z.enum(["fixed", "auto"]).meta({
      description:
        "`auto`: while a destination is behind, its batches grow to what its SIEM takes in about a second, and come back (fixed).",
    }),
    flush_interval: duration("Longest wait of an event before its batch goes out unfilled (5 seconds)."),
    max_retries: count("Attempts after the first (3).", 0),
    max_backoff: duration("Longest wait between two attempts (300 seconds)."),
    jitter: z.enum(["none", "full"]).meta({ description: "Whether waits vary, down to half (full)." }),
    compression: z.enum(["gzip", "none"]).meta({ description: "Compression of request bodies (none)." }),
    rendering: z.enum(["arbitex", "strict"]).meta({
      description: "Events with the arbitex extension's attributes, or such that pass bare OCSF 1.1.0 (arbitex).",
    }),
    ocsf_version: ocsfVersion.meta({ description: "Version of OCSF in which events are sent (1.1)." }),
    redact: redactSetting,
    concurrency: count("Batches under way at a time (2).").max(1000),
    ordered: z.boolean().meta({ description: "One batch at a time, held rather than passed over (false)." }),
    on_exhausted: z
      .enum(["dead-letter", "hold", "dead_letter"])
      .transform((value) => (value === "hold" ? "hold" : "dead-letter"))
      .meta({ description: "What happens when retries are used up (dead-letter; hold with a disk queue)." }),
    hold_for: duration("How long events are held before they are dead-lettered (72h)."),
    overflow: z
      .enum(["dead-letter", "block", "reject", "dead_letter"])
      .transform((value) => (value === "dead_letter" ? "dead-letter" : value))
      .meta({ description: "What happens when the queue is full (dead-letter)." }),
    max_queued_events: count("Events that the queue may hold (100000; no bound with a disk queue)."),
    max_queued_bytes: count("Bytes of events that the queue may hold (268435456; 8 GiB with a disk queue)."),
    window: deliveryWindow,
    paused: z.boolean().meta({ description: "Keeps events without sending them (false)." }),
    max_bytes_per_second: count("Bytes of request bodies a second, before compression (no bound)."),
    start: startPosition,
    integrity: integritySchema,
    dead_letter_path: z.string().min(1).meta({ description: "A file of its own for dead letters." }),
  })
  .partial();

export type DeliveryConfig = z.output<typeof deliverySchema>;

/** Converts the users' spelling to `DeliverySettings`. */
export function deliverySettingsOf(config: Omit<DeliveryConfig, "redact">): Partial<DeliverySettings> {
  const settings: {
    readonly [Name in Exclude<keyof DeliverySettings, "redact">]-?: DeliverySettings[Name] | undefined;
  } = {
    batchSize: config.batch_size,
    batch: config.batch,
    flushIntervalMs: config.flush_interval,
    maxRetries: config.max_retries,
    maxBackoffMs: config.max_backoff,
    jitter: config.jitter,
    compression: config.compression,
    rendering: config.rendering,
    ocsfVersion: config.ocsf_version,
    concurrency: config.concurrency,
    ordered: config.ordered,
    onExhausted: config.on_exhausted,
    holdForMs: config.hold_for,
    overflow: config.overflow,
    maxQueuedEvents: config.max_queued_events,
    maxQueuedBytes: config.max_queued_bytes,
    window: config.window,
    paused: config.paused,
    maxBytesPerSecond: config.max_bytes_per_second,
    heldSince: config.start,
    integrity: config.integrity,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** OCSF 1.1 has 65 classes; extensions bring some more. */
const MOST_CLASSES = 1000;

/** Text is what variables have. */
const classUid = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ],
  {
    error: "expected the uid of a class, such as 6003",
  },
);

const shareText = "expected a share from 0 to 1, such as 0.1 for one event of ten";
const share = z.number({ error: shareText }).min(0, { error: shareText }).max(1, { error: shareText });

/** Schema of a destination's `filter`, as users write it. */
export const filterSchema = z
  .strictObject({
    min_severity_id: z.int().min(0).max(99).meta({ description: "Only events of this severity or above." }),
    class_uids: z
      .array(classUid)
      .min(1)
      .max(MOST_CLASSES)
      .transform((uids) => [...new Set(uids)])
      .meta({ description: "Only events of these OCSF classes." }),
    cel: z
      .string()
      .min(1)
      .meta({
        description: "Only events for which this expression in CEL is true.",
        examples: ['actor.user.email_addr.endsWith("@example.com")'],
      }),
    sample: z.record(z.string(), share).meta({
      description: "Share of the events of a class that is kept, by class uid; other classes are kept whole.",
    }),
  })
  .partial()
  .superRefine(({ cel, class_uids, sample = {} }, context) => {
    for (const uid of Object.keys(sample)) {
      if (/^\d{1,9}$/.test(uid)) continue;
      const message = "is no class uid, such as 6003: a share is given by class.";
      context.addIssue({ code: "custom", path: ["sample", uid], message });
    }
    const result = cel === undefined ? undefined : celFilter(cel, class_uids);
    if (result === undefined || !("problem" in result)) return;
    const { message, fix, shown } = result.problem;
    context.addIssue({
      code: "custom",
      path: ["cel"],
      message: `${message}${fix === undefined ? "" : ` ${fix}`} At: ${shown}`,
    });
  });

/** Converts the users' spelling to an `EventFilter`. */
export function filterOf({ min_severity_id, class_uids, cel, sample }: z.output<typeof filterSchema>): EventFilter {
  return {
    ...(min_severity_id !== undefined && { minSeverityId: min_severity_id }),
    ...(class_uids !== undefined && { classUids: class_uids }),
    ...(cel !== undefined && { cel }),
    ...(sample !== undefined && { sample }),
  };
}

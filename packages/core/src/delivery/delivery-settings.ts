import type { RedactRule } from "../redaction/redact-rule.ts";
import type { OcsfVersion } from "../ocsf/version/version-changes.ts";
import type { Rendering } from "../ocsf/rendering.ts";

/** How the events of one destination are batched, retried and held. Times are in milliseconds, sizes in bytes. */
export interface DeliverySettings {
  /** Events in a batch. */
  readonly batchSize: number;
  /** `auto`: while more waits than a batch, batches grow to what the SIEM takes, and come back. */
  readonly batch: "fixed" | "auto";
  /** Longest wait of an event before a batch is sent unfilled. */
  readonly flushIntervalMs: number;
  /** Number of attempts after the first. */
  readonly maxRetries: number;
  /** Longest wait between two attempts by backoff. */
  readonly maxBackoffMs: number;
  readonly jitter: "none" | "full";
  readonly compression: "gzip" | "none";
  /** `strict`: events follow plain OCSF 1.1.0, with members of the arbitex extension under `unmapped`. */
  readonly rendering: Rendering;
  /** Version of OCSF in which events are sent. Later ones than 1.1 know no arbitex extension, as `strict`. */
  readonly ocsfVersion: OcsfVersion;
  /** What is left out of events, or replaced in them, before they leave. */
  readonly redact: readonly RedactRule[];
  /** Number of batches under way at a time. */
  readonly concurrency: number;
  /** Keeps order: one batch at a time, and failing events are held, not passed over. */
  readonly ordered: boolean;
  readonly onExhausted: "dead-letter" | "hold";
  /** How long events are held before they are dead-lettered, stage `expired`. */
  readonly holdForMs: number;
  readonly overflow: "dead-letter" | "block" | "reject";
  /** Limits of the queue, in events and in bytes of their JSON. */
  readonly maxQueuedEvents: number;
  readonly maxQueuedBytes: number;
  /** Times of the day at which events are sent. Absent: always. */
  readonly window?: readonly DeliveryWindow[];
  /** Keeps events without sending them, until it is false again. */
  readonly paused?: boolean;
  /** Bytes of request bodies a second, before compression. Absent: no bound. */
  readonly maxBytesPerSecond?: number;
  /**
   * A destination that is new gets the events that the host holds for others and that were accepted since this time, in
   * milliseconds since the epoch. Absent: it gets those accepted from its opening on.
   */
  readonly heldSince?: number;
  /** Events are numbered, so that a gap shows in the SIEM. Absent: they are not. */
  readonly integrity?: IntegritySettings;
}

/** How a destination shows that nothing is missing. */
export interface IntegritySettings {
  /** Time between checkpoints; undefined for none, and events without fingerprints. */
  readonly checkpointsMs: number | undefined;
  /** The events have their numbers: they are dead letters that are sent again. */
  readonly isReplay?: boolean;
}

/** A part of each day, in minutes after midnight UTC. One that ends before it starts goes on over midnight. */
export interface DeliveryWindow {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** The general defaults of a destination with a queue in memory. */
export const defaultDelivery: DeliverySettings = {
  batchSize: 100,
  batch: "fixed",
  flushIntervalMs: 5000,
  maxRetries: 3,
  maxBackoffMs: 300_000,
  jitter: "full",
  compression: "none",
  rendering: "arbitex",
  ocsfVersion: "1.1",
  redact: [],
  concurrency: 2,
  ordered: false,
  onExhausted: "dead-letter",
  holdForMs: 72 * 3_600_000,
  overflow: "dead-letter",
  maxQueuedEvents: 100_000,
  maxQueuedBytes: 256 * 1024 * 1024,
};

/** Defaults of a durable queue, which may hold an outage of days and is limited by the disk. */
export const durableDelivery: Partial<DeliverySettings> = {
  onExhausted: "hold",
  maxQueuedEvents: Number.MAX_SAFE_INTEGER,
  maxQueuedBytes: 8 * 1024 ** 3,
};

/** Which events a destination receives. The others are counted as filtered. */
export interface EventFilter {
  readonly minSeverityId?: number;
  readonly classUids?: readonly number[];
  /** An expression in CEL. */
  readonly cel?: string;
  /** Share of the events of each class that are kept, by class uid. Others are kept whole. */
  readonly sample?: Readonly<Record<string, number>>;
}

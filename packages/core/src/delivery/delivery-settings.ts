import type { Rendering } from "../ocsf/rendering.ts";

/** How one destination's events are batched, retried and held. */
export interface DeliverySettings {
  /** Events in a batch. */
  readonly batchSize: number;
  /** Longest wait of the oldest waiting event before a batch goes out unfilled. */
  readonly flushIntervalMs: number;
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** Longest wait between two attempts that the backoff itself asks for. */
  readonly maxBackoffMs: number;
  readonly jitter: "none" | "full";
  readonly compression: "gzip" | "none";
  /** `strict`: events pass bare OCSF 1.1.0, what only the arbitex extension knows is under `unmapped`. */
  readonly rendering: Rendering;
  /** Batches under way at a time. */
  readonly concurrency: number;
  /** One batch under way at a time, and events are held rather than passed over. */
  readonly ordered: boolean;
  readonly onExhausted: "dead-letter" | "hold";
  /** How long events are held before they are dead-lettered, stage `expired`. */
  readonly holdForMs: number;
  readonly overflow: "dead-letter" | "block" | "reject";
  /** Bounds of the queue, in events and in bytes of their JSON. */
  readonly maxQueuedEvents: number;
  readonly maxQueuedBytes: number;
}

export const defaultDelivery: DeliverySettings = {
  batchSize: 100,
  flushIntervalMs: 5000,
  maxRetries: 3,
  maxBackoffMs: 300_000,
  jitter: "full",
  compression: "none",
  rendering: "arbitex",
  concurrency: 2,
  ordered: false,
  onExhausted: "dead-letter",
  holdForMs: 72 * 3_600_000,
  overflow: "dead-letter",
  maxQueuedEvents: 100_000,
  maxQueuedBytes: 256 * 1024 * 1024,
};

/** What differs when the queue survives the process: it may hold an outage of days, and its bounds are the disk's. */
export const durableDelivery: Partial<DeliverySettings> = {
  onExhausted: "hold",
  maxQueuedEvents: Number.MAX_SAFE_INTEGER,
  maxQueuedBytes: 8 * 1024 ** 3,
};

/** Which events a destination wants; the others are counted as filtered. */
export interface EventFilter {
  readonly minSeverityId?: number;
  readonly classUids?: readonly number[];
}

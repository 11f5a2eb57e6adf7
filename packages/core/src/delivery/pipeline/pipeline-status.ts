import type { Histogram } from "../../telemetry/histogram.ts";
import type { DeliveryCounts } from "../queue/delivery-counts.ts";
import type { Totals } from "../queue/totals.ts";

/** Health of a destination; `pending` until its first delivery. */
export type Health = "pending" | "healthy" | "degraded" | "failed";

/** Health, counts and queue of a destination. */
export interface PipelineStatus {
  readonly health: Health;
  /** Why it is not healthy; undefined if it is. */
  readonly reason: string | undefined;
  /** What an operator can do; undefined if unknown. */
  readonly fix: string | undefined;
  /** Time of the last change of health, in milliseconds since the epoch. */
  readonly healthSince: number;
  /** Time of the next attempt in milliseconds since the epoch; undefined if none is waited for. */
  readonly nextAttemptAt: number | undefined;
  /** Counts since it was opened. */
  readonly counts: DeliveryCounts;
  /** Totals settled before that, by earlier processes too; undefined if its queue is not durable. */
  readonly before?: Totals | undefined;
  /** Number of unsettled events, including those under way. */
  readonly queued: number;
  /** Number of these taken from the queue. */
  readonly underWay: number;
  readonly queueBytes: number;
  /** Whether the queue is full. */
  readonly isFull: boolean;
  readonly oldestEventAgeMs: number;
  /** Learned body limit in bytes, where the SIEM took less than its connector says; else undefined. */
  readonly learnedBatchBytes?: number | undefined;
  readonly sendSeconds: Histogram;
  readonly lastDeliveryAt: number | undefined;
  /** Last refusal or failure, even if overcome since. */
  readonly lastError: string | undefined;
}

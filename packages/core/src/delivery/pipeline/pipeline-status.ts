import type { Histogram } from "../../telemetry/histogram.ts";
import type { DeliveryCounts } from "../queue/delivery-counts.ts";
import type { Totals } from "../queue/totals.ts";

/** Of a destination; pending until its first delivery. */
export type Health = "pending" | "healthy" | "degraded" | "failed";

export interface PipelineStatus {
  readonly health: Health;
  /** Why it is not healthy. */
  readonly reason: string | undefined;
  /** What a person can do about it. */
  readonly fix: string | undefined;
  /** When it came into this state, in milliseconds since the epoch. */
  readonly healthSince: number;
  /** When the next attempt is due where one is waited for, in milliseconds since the epoch. */
  readonly nextAttemptAt: number | undefined;
  /** Since it was opened. */
  readonly counts: DeliveryCounts;
  /** What was settled before that, in other lives of the process too; undefined where its queue does not last. */
  readonly before?: Totals | undefined;
  /** Events not yet settled, those under way included. */
  readonly queued: number;
  /** Of those, taken from the queue to be sent. */
  readonly underWay: number;
  readonly queueBytes: number;
  /** The queue holds as much as it may. */
  readonly isFull: boolean;
  readonly oldestEventAgeMs: number;
  /** Most bytes of a body, where the SIEM took less than its connector says; undefined where it takes all. */
  readonly learnedBatchBytes?: number | undefined;
  readonly sendSeconds: Histogram;
  readonly lastDeliveryAt: number | undefined;
  /** The last refusal or failure, also when it has been overcome since. */
  readonly lastError: string | undefined;
}

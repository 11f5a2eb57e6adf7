import type { Account } from "../../delivery/pipeline/account.ts";
import { totalOf } from "../../delivery/queue/delivery-counts.ts";
import type { Histogram } from "../../telemetry/histogram.ts";

/** Running counters of a destination: cheap to read for thousands of them. */
export interface DestinationCounters {
  readonly id: string;
  readonly orgId: string | null;
  readonly accepted: number;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly filtered: number;
  readonly queued: number;
  /** Times of its attempts so far. */
  readonly sendSeconds: () => Histogram;
}

export function countersOf({ counts, sendSeconds }: Account): Omit<DestinationCounters, "id" | "orgId" | "queued"> {
  const { accepted, delivered, deadLettered, filtered } = counts;
  const total = totalOf(deadLettered);
  return { accepted, delivered, deadLettered: total, filtered, sendSeconds: () => sendSeconds.snapshot() };
}

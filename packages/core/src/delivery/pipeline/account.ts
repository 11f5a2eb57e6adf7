import { SecondsHistogram } from "../../telemetry/histogram.ts";
import type { MutableCounts } from "../queue/delivery-counts.ts";
import { zeroCounts } from "../queue/delivery-counts.ts";
import { AttemptMemory } from "./attempt-memory.ts";
import type { Queue } from "../queue/queue-store.ts";
import type { Totals } from "../queue/totals.ts";

/** Counts of a destination's events. They continue when its configuration is replaced. */
export interface Account {
  readonly counts: MutableCounts;
  /** Totals settled before, by earlier processes too; undefined if the queue does not outlive the process. */
  readonly before: Totals | undefined;
  readonly sendSeconds: SecondsHistogram;
  readonly attempts: AttemptMemory;
  lastDeliveryAt: number | undefined;
}

export function createAccount({ size, totalsBefore }: Pick<Queue, "size" | "totalsBefore">): Account {
  return {
    counts: { ...zeroCounts(), takenOver: size },
    before: totalsBefore,
    sendSeconds: new SecondsHistogram(),
    attempts: new AttemptMemory(),
    lastDeliveryAt: undefined,
  };
}

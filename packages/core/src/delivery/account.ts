import { SecondsHistogram } from "../telemetry/histogram.ts";
import type { MutableCounts } from "./delivery-counts.ts";
import { zeroCounts } from "./delivery-counts.ts";
import { AttemptMemory } from "./attempt-memory.ts";

/** What has become of a destination's events so far. It goes on when the destination's configuration is replaced. */
export interface Account {
  readonly counts: MutableCounts;
  readonly sendSeconds: SecondsHistogram;
  readonly attempts: AttemptMemory;
  lastDeliveryAt: number | undefined;
}

/** Of a destination whose queue holds so many events already: they count as accepted, or nothing would add up. */
export function createAccount(queued: number): Account {
  return {
    counts: { ...zeroCounts(), accepted: queued },
    sendSeconds: new SecondsHistogram(),
    attempts: new AttemptMemory(),
    lastDeliveryAt: undefined,
  };
}

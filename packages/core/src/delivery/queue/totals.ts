import type { DeliveryCounts } from "./delivery-counts.ts";
import { totalOf } from "./delivery-counts.ts";

/** Totals of a destination's settled events over all lives of its queue. */
export interface Totals {
  readonly delivered: number;
  readonly filtered: number;
  readonly deadLettered: number;
  readonly unreadable: number;
}

/** What became of a settled event. */
export type Fate = Exclude<keyof Totals, "unreadable">;

/** Totals of a queue of which nothing was settled. */
export const noTotals: Totals = { delivered: 0, filtered: 0, deadLettered: 0, unreadable: 0 };

/** Adds the counts since opening to the totals before. */
export function totalsWith(before: Totals, counts: DeliveryCounts): Totals {
  return {
    delivered: before.delivered + counts.delivered,
    filtered: before.filtered + counts.filtered,
    deadLettered: before.deadLettered + totalOf(counts.deadLettered),
    unreadable: before.unreadable + counts.unreadable,
  };
}

export function isNothing({ delivered, filtered, deadLettered, unreadable }: Totals): boolean {
  return delivered + filtered + deadLettered + unreadable === 0;
}

/** Totals of everything ever accepted for a destination. They stay exact over restarts: nothing is counted twice. */
export interface Lifetime extends Totals {
  readonly accepted: number;
  readonly queued: number;
}

export interface Counted {
  readonly before?: Totals | undefined;
  readonly counts: DeliveryCounts;
  readonly queued: number;
}

/**
 * Returns the totals of a destination over all lives of its queue. Accepted is the sum of delivered, filtered,
 * dead-lettered, unreadable and queued.
 */
export function lifetimeOf({ before = noTotals, counts, queued }: Counted): Lifetime {
  const totals = totalsWith(before, counts);
  const { delivered, filtered, deadLettered, unreadable } = totals;
  return { ...totals, accepted: delivered + filtered + deadLettered + unreadable + queued, queued };
}

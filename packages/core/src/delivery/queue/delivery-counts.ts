import type { Verdict } from "../../connector/send-result.ts";
import type { Stage } from "../dead-letters/stage.ts";

/**
 * Counts of a destination's events since it was opened. Accepted and taken-over events are each delivered, filtered,
 * unreadable, dead-lettered or queued, in exactly one of them.
 */
export interface DeliveryCounts {
  /**
   * Events already queued when it was opened, accepted by an earlier process. In a store that several processes share
   * also those that other processes left to this one, less those that this one left to others.
   */
  readonly takenOver: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly filtered: number;
  /** Events that a damaged disk did not return. */
  readonly unreadable: number;
  readonly deadLettered: Readonly<Record<Stage, number>>;
  readonly attempts: Readonly<Record<Verdict, number>>;
}

export type MutableCounts = {
  takenOver: number;
  accepted: number;
  delivered: number;
  filtered: number;
  unreadable: number;
  deadLettered: Record<Stage, number>;
  attempts: Record<Verdict, number>;
};

export function zeroCounts(): MutableCounts {
  return {
    takenOver: 0,
    accepted: 0,
    delivered: 0,
    filtered: 0,
    unreadable: 0,
    deadLettered: { encode: 0, limit: 0, rejected: 0, send: 0, overflow: 0, expired: 0, removed: 0 },
    attempts: { accepted: 0, partial: 0, retry: 0, "too-large": 0, rejected: 0, suspend: 0 },
  };
}

/** Returns the sum of counts. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  let total = 0;
  for (const count of Object.values(counts)) total += count;
  return total;
}

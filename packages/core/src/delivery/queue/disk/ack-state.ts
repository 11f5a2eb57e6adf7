/** Settled events of a destination by sequence: all before the cursor, and those within the ranges. */
export interface AckState {
  readonly cursor: number;
  /** First and last sequence, inclusive; in order, all after the cursor. */
  readonly ranges: readonly Range[];
}

export type Range = readonly [first: number, last: number];

export const nothingSettled: AckState = { cursor: 0, ranges: [] };

export function isSettled({ cursor, ranges }: AckState, sequence: number): boolean {
  return sequence < cursor || ranges.some(([first, last]) => sequence >= first && sequence <= last);
}

/** Returns whether all, none or some of the events between two sequences are settled. */
export function settledShare({ cursor, ranges }: AckState, first: number, last: number): "all" | "none" | "some" {
  if (last < cursor || ranges.some((range) => range[0] <= first && last <= range[1])) return "all";
  if (first < cursor || ranges.some((range) => range[0] <= last && first <= range[1])) return "some";
  return "none";
}

/** Returns the first sequence after everything in a state. */
export function endOf({ cursor, ranges }: AckState): number {
  return Math.max(cursor, (ranges.at(-1)?.[1] ?? -1) + 1);
}

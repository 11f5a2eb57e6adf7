/** Which events of a destination are settled, by sequence: all before the cursor, and those within the ranges. */
export interface AckState {
  readonly cursor: number;
  /** First and last sequence, both included; in order, all behind the cursor. */
  readonly ranges: readonly Range[];
}

export type Range = readonly [first: number, last: number];

export const nothingSettled: AckState = { cursor: 0, ranges: [] };

export function isSettled({ cursor, ranges }: AckState, sequence: number): boolean {
  return sequence < cursor || ranges.some(([first, last]) => sequence >= first && sequence <= last);
}

/** Whether all, none or some of the events between two sequences are settled. */
export function settledShare({ cursor, ranges }: AckState, first: number, last: number): "all" | "none" | "some" {
  if (last < cursor || ranges.some((range) => range[0] <= first && last <= range[1])) return "all";
  if (first < cursor || ranges.some((range) => range[0] <= last && first <= range[1])) return "some";
  return "none";
}

/** The first sequence that a state says nothing of. */
export function endOf({ cursor, ranges }: AckState): number {
  return Math.max(cursor, (ranges.at(-1)?.[1] ?? -1) + 1);
}

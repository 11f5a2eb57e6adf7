import type { Posted } from "../oracle/order.ts";

/** What the clients know about every event that they have posted, by its index. */
export interface Ledger {
  /** Each was answered for: it is safe. `life` is the server's process that said so. */
  acknowledge(indexes: readonly number[], life: number, posted: Posted): void;
  /** Each was posted, and nobody knows what became of it. */
  leaveUnsure(indexes: readonly number[]): void;
  /** Each was called invalid, which none of ours is. */
  refuse(indexes: readonly number[], why: string): void;
  /** How often the event may have been accepted. */
  readonly timesOffered: (index: number) => number;
  /** When the request that was acknowledged for it was made and answered. */
  readonly postedOf: (index: number) => Posted | undefined;
  /** The acknowledged events, each with the process that said so. */
  readonly acknowledged: ReadonlyMap<number, number>;
  readonly refusals: readonly string[];
}

export function createLedger(): Ledger {
  const acknowledged = new Map<number, number>();
  const posts = new Map<number, Posted>();
  const unsure = new Map<number, number>();
  const refusals: string[] = [];
  return {
    acknowledged,
    refusals,
    acknowledge(indexes, life, posted) {
      for (const index of indexes) {
        acknowledged.set(index, life);
        posts.set(index, posted);
      }
    },
    leaveUnsure(indexes) {
      for (const index of indexes) unsure.set(index, (unsure.get(index) ?? 0) + 1);
    },
    refuse(indexes, why) {
      for (const index of indexes) refusals.push(`event ${index}: ${why}`);
    },
    postedOf: (index) => posts.get(index),
    timesOffered: (index) => (unsure.get(index) ?? 0) + (acknowledged.has(index) ? 1 : 0),
  };
}

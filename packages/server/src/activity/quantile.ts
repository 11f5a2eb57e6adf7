import { SEND_SECONDS_BOUNDS } from "@arbitex/core/host";

/**
 * A quantile of times that were counted by the histogram's bounds, evenly spread within each. Longer ones count as the
 * last bound. NaN when there are none.
 */
export function quantileOf(counts: ArrayLike<number>, quantile: number): number {
  const all = Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  if (total === 0) return Number.NaN;
  const wanted = quantile * total;
  let below = 0;
  let from = 0;
  for (const [index, bound] of SEND_SECONDS_BOUNDS.entries()) {
    const count = all[index] ?? 0;
    if (count > 0 && below + count >= wanted) return from + ((wanted - below) / count) * (bound - from);
    below += count;
    from = bound;
  }
  return from;
}

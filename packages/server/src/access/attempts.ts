/** Allows so many of something in a time, for each key by itself. */
export interface AttemptLimit {
  /** Counts one; false when there were too many already. */
  tryTake(key: string): boolean;
  /** Whether there were too many, without counting. */
  isUsedUp(key: string): boolean;
  /** Seconds until the next one may be tried; 0 when it may now. */
  waitSeconds(key: string): number;
}

export interface AttemptLimitOptions {
  readonly most: number;
  readonly perMs: number;
  /** Milliseconds since some moment; never goes back. */
  readonly now: () => number;
  /** Keys that are kept in mind; beyond that the oldest is forgotten, so that no flood of keys fills the memory. */
  readonly mostKeys?: number;
}

interface Span {
  readonly endsAt: number;
  count: number;
}

export function createAttemptLimit({ most, perMs, now, mostKeys = 10_000 }: AttemptLimitOptions): AttemptLimit {
  const spans = new Map<string, Span>();
  const spanOf = (key: string) => {
    const span = spans.get(key);
    return span === undefined || span.endsAt <= now() ? undefined : span;
  };
  const isUsedUp = (key: string) => (spanOf(key)?.count ?? 0) >= most;
  return {
    isUsedUp,
    tryTake(key) {
      if (isUsedUp(key)) return false;
      const span = spanOf(key);
      if (span !== undefined) {
        span.count++;
        return true;
      }
      // Spans are all of one length, so the first of the map is the one that ends first.
      spans.delete(key);
      const [oldest] = spans.keys();
      if (spans.size >= mostKeys && oldest !== undefined) spans.delete(oldest);
      spans.set(key, { endsAt: now() + perMs, count: 1 });
      return true;
    },
    waitSeconds(key) {
      const span = spanOf(key);
      return span === undefined || span.count < most ? 0 : Math.max(1, Math.ceil((span.endsAt - now()) / 1000));
    },
  };
}

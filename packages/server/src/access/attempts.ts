/** Fixed-window rate limiter, one window per key. */
export interface AttemptLimit {
  /** Counts one attempt. False when the limit is already reached. */
  tryTake(key: string): boolean;
  /** Whether the limit is reached. Counts nothing. */
  isUsedUp(key: string): boolean;
  /** Seconds until the next attempt is allowed; 0 when it is allowed now. */
  waitSeconds(key: string): number;
}

export interface AttemptLimitOptions {
  /** Read with each attempt, since servers come and go that share a limit. */
  readonly most: () => number;
  readonly perMs: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Most keys held. Beyond it the oldest is dropped, so that a flood of keys cannot fill the memory. */
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
  const isUsedUp = (key: string) => (spanOf(key)?.count ?? 0) >= most();
  return {
    isUsedUp,
    tryTake(key) {
      if (isUsedUp(key)) return false;
      const span = spanOf(key);
      if (span !== undefined) {
        span.count++;
        return true;
      }
      // All windows have one length, so the first entry of the map ends first.
      spans.delete(key);
      const [oldest] = spans.keys();
      if (spans.size >= mostKeys && oldest !== undefined) spans.delete(oldest);
      spans.set(key, { endsAt: now() + perMs, count: 1 });
      return true;
    },
    waitSeconds(key) {
      const span = spanOf(key);
      return span === undefined || span.count < most() ? 0 : Math.max(1, Math.ceil((span.endsAt - now()) / 1000));
    },
  };
}

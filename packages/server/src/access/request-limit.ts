/** Limits what organisations do in a window of time, each for itself. */
export interface RequestLimit {
  /** Counts one use. Resolves to 0, or to the seconds to wait when the limit is reached. */
  take(orgId: string): Promise<number>;
  /** Counts a thing once in a window, however often it is used. Resolves like `take`. */
  takeOnce(orgId: string, thing: string): Promise<number>;
  /** Resolves to the seconds to wait; 0 while some is left. Counts nothing. */
  waitSeconds(orgId: string): Promise<number>;
}

export interface RequestLimitOptions {
  readonly most: number;
  readonly perMs: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

interface Span {
  readonly endsAt: number;
  readonly things: Set<string>;
  count: number;
}

/** Fixed windows in the memory of this server. */
export function createRequestLimit({ most, perMs, now }: RequestLimitOptions): RequestLimit {
  const spans = new Map<string, Span>();

  function spanOf(orgId: string): Span {
    // All windows have one length, so the first entry of the map ends first.
    for (const [id, { endsAt }] of spans) {
      if (endsAt > now()) break;
      spans.delete(id);
    }
    return spans.get(orgId) ?? { endsAt: now() + perMs, things: new Set(), count: 0 };
  }

  function secondsOf({ endsAt, count }: Span): number {
    return count < most ? 0 : Math.max(1, Math.ceil((endsAt - now()) / 1000));
  }

  function take(orgId: string, span: Span): number {
    const wait = secondsOf(span);
    if (wait > 0) return wait;
    span.count++;
    spans.set(orgId, span);
    return 0;
  }

  return {
    take: async (orgId) => take(orgId, spanOf(orgId)),
    async takeOnce(orgId, thing) {
      const span = spanOf(orgId);
      if (span.things.has(thing)) return 0;
      const wait = take(orgId, span);
      if (wait === 0) span.things.add(thing);
      return wait;
    },
    waitSeconds: async (orgId) => secondsOf(spanOf(orgId)),
  };
}

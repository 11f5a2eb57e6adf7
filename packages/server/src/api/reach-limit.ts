/** Limits to how many recipients each organisation's settings may lead in a time, by tests and by changes together. */
export interface ReachLimit {
  /** False when there were too many others already. One that was counted counts no more. */
  tryReach(orgId: string, recipient: string): boolean;
  /** Seconds until others may be reached. */
  waitSeconds(orgId: string): number;
}

export interface ReachLimitOptions {
  readonly most: number;
  readonly perMs: number;
  /** Milliseconds since some moment; never goes back. */
  readonly now: () => number;
}

interface Span {
  readonly endsAt: number;
  readonly recipients: Set<string>;
}

/** Whoever could lead settings to any number of addresses would learn from the answers who is there. */
export function createReachLimit({ most, perMs, now }: ReachLimitOptions): ReachLimit {
  const spans = new Map<string, Span>();

  /** Spans are all of one length, so the first of the map is the one that ends first. */
  function forgetEnded(): void {
    for (const [orgId, { endsAt }] of spans) {
      if (endsAt > now()) return;
      spans.delete(orgId);
    }
  }

  return {
    tryReach(orgId, recipient) {
      forgetEnded();
      const span = spans.get(orgId) ?? { endsAt: now() + perMs, recipients: new Set<string>() };
      spans.set(orgId, span);
      if (!span.recipients.has(recipient) && span.recipients.size >= most) return false;
      span.recipients.add(recipient);
      return true;
    },
    waitSeconds(orgId) {
      return Math.max(1, Math.ceil(((spans.get(orgId)?.endsAt ?? now()) - now()) / 1000));
    },
  };
}

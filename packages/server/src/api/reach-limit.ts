/** Limits the distinct recipients per organisation and window, over tests and changes together. */
export interface ReachLimit {
  /** Counts the recipient. False when the limit is reached; a recipient of this window is counted once. */
  tryReach(orgId: string, recipient: string): boolean;
  /** Seconds until a further recipient is allowed. */
  waitSeconds(orgId: string): number;
}

export interface ReachLimitOptions {
  readonly most: number;
  readonly perMs: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

interface Span {
  readonly endsAt: number;
  readonly recipients: Set<string>;
}

/** Without the limit a tenant could scan addresses: the answers tell which ones respond. */
export function createReachLimit({ most, perMs, now }: ReachLimitOptions): ReachLimit {
  const spans = new Map<string, Span>();

  /** All windows have one length, so the first entry of the map ends first. */
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

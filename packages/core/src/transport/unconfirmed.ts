/** How a connection came to its end, for those who must judge what may be lost with it. */
export interface ConnectionLoss {
  /** The far side ended it in an orderly way: nothing says that it left anything unread. */
  readonly orderly: boolean;
  readonly error: Error;
  /** On the clock by which bodies are written. */
  readonly at: number;
}

/** Copies of what was written lately and may still have been in a connection's buffers when it broke off. */
export interface Unconfirmed {
  /** Copies a body of so many events that was written at this time. */
  add(body: Buffer, events: number, now: number): void;
  /**
   * The connection is gone: forgets what has certainly arrived, and holds the rest to be sent again. Returns how many events
   * are given up because they were sent again too often.
   */
  lost(loss: ConnectionLoss): number;
  /** Events that wait to be sent again. */
  pendingEvents(): number;
  /** Bodies to write to the new connection now, oldest first; from here on they are unconfirmed once more. */
  resend(now: number): readonly Buffer[];
  /** Forgets what is too old to matter; true when something is left. */
  expire(now: number): boolean;
}

export interface UnconfirmedBounds {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** What was written longer than this before an orderly end has been read. */
  readonly orderlyMs: number;
  /** So that a body at which the far side hangs up is not sent for ever. */
  readonly maxResends: number;
}

/**
 * Linux buffers up to 4 MiB at the sender and 6 MiB at the receiver unless told otherwise, and gives up a dead connection after
 * about 15 minutes: what is older, or further back, was read or has been reported as lost.
 */
export const unconfirmedBounds: UnconfirmedBounds = {
  maxBytes: 10 * 1024 * 1024,
  maxAgeMs: 20 * 60_000,
  orderlyMs: 5000,
  maxResends: 3,
};

interface Entry {
  readonly body: Buffer;
  readonly events: number;
  readonly writtenAt: number;
  readonly resends: number;
  readonly isPending: boolean;
}

export function createUnconfirmed({ maxBytes, maxAgeMs, orderlyMs, maxResends } = unconfirmedBounds): Unconfirmed {
  let entries: Entry[] = [];
  let bytes = 0;

  function keep(kept: Entry[]): void {
    entries = kept;
    bytes = kept.reduce((total, { body }) => total + body.length, 0);
  }

  return {
    add(body, events, now) {
      entries.push({ body: Buffer.from(body), events, writtenAt: now, resends: 0, isPending: false });
      bytes += body.length;
      let excess = 0;
      // The newest stays, whatever its size.
      while (bytes > maxBytes && excess < entries.length - 1) bytes -= entries[excess++]?.body.length ?? 0;
      if (excess > 0) entries.splice(0, excess);
    },
    lost({ orderly, at }) {
      const arrivedBefore = at - (orderly ? orderlyMs : maxAgeMs);
      const inDoubt = entries.filter(({ writtenAt, isPending }) => isPending || writtenAt >= arrivedBefore);
      const again = inDoubt.filter(({ resends, isPending }) => isPending || resends < maxResends);
      keep(again.map((entry) => ({ ...entry, isPending: true })));
      return eventsOf(inDoubt) - eventsOf(again);
    },
    pendingEvents: () => eventsOf(entries.filter(({ isPending }) => isPending)),
    resend(now) {
      const pending = entries.filter(({ isPending }) => isPending);
      entries = entries.map((entry) =>
        entry.isPending ? { ...entry, writtenAt: now, resends: entry.resends + 1, isPending: false } : entry,
      );
      return pending.map(({ body }) => body);
    },
    expire(now) {
      keep(entries.filter(({ writtenAt, isPending }) => isPending || writtenAt >= now - maxAgeMs));
      return entries.length > 0;
    },
  };
}

function eventsOf(entries: readonly Entry[]): number {
  return entries.reduce((total, { events }) => total + events, 0);
}

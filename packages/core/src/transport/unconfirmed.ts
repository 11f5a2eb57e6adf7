/** How a connection came to its end, for those who must judge what may be lost with it. */
export interface ConnectionLoss {
  /** The far side ended it in an orderly way: nothing says that it left anything unread. */
  readonly orderly: boolean;
  readonly error: Error;
  /** On the clock by which bodies are written. */
  readonly at: number;
}

/**
 * Copies of what counts as written but may still lie in a connection's buffers, for a peer that has stopped reading stays
 * connected. What was lost with a connection waits until it was sent again, however often that is tried.
 */
export interface Unconfirmed {
  /** Copies a body of so many events that was written at this time. */
  add(body: Buffer, events: number, now: number): void;
  /** The connection is gone: forgets what has certainly been read; the rest waits to be sent again. */
  lost(loss: ConnectionLoss): void;
  /** Events that wait to be sent again. */
  pendingEvents(): number;
  /** Bodies that wait to be sent again, the oldest first: of so many bytes together, but one at the least. */
  nextPending(maxBytes: number): readonly Buffer[];
  /** So many of the oldest were sent again, and the peer has stayed well: they wait no more, and are in doubt as all others. */
  resent(bodies: number, now: number): void;
  /** Forgets what is too old to matter; true when something is left. */
  expire(now: number): boolean;
}

export interface UnconfirmedBounds {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** What was written longer than this before an orderly end has been read: no receiver stands still for so long and then parts in peace. */
  readonly orderlyMs: number;
  /** After it got through so often again a body is forgotten: where connections always break off, it would never end. */
  readonly maxResends: number;
}

/**
 * Linux buffers up to 4 MiB at the sender and 6 MiB at the receiver unless told otherwise, and gives up a dead connection after
 * about 15 minutes: what is older, or further back, was read or has been reported as lost.
 */
export const unconfirmedBounds: UnconfirmedBounds = {
  maxBytes: 10 * 1024 * 1024,
  maxAgeMs: 20 * 60_000,
  orderlyMs: 60_000,
  maxResends: 3,
};

interface Entry {
  readonly body: Buffer;
  readonly events: number;
  readonly writtenAt: number;
  readonly resends: number;
}

export function createUnconfirmed({ maxBytes, maxAgeMs, orderlyMs, maxResends } = unconfirmedBounds): Unconfirmed {
  /** Oldest first. Nothing is added while something is pending, so that these two never exceed the bound together. */
  let recent: Entry[] = [];
  let pending: Entry[] = [];
  let recentBytes = 0;

  function keepSince(writtenAt: number): void {
    recent = recent.filter((entry) => entry.writtenAt >= writtenAt);
    recentBytes = recent.reduce((total, { body }) => total + body.length, 0);
  }

  return {
    add(body, events, now) {
      recent.push({ body: Buffer.from(body), events, writtenAt: now, resends: 0 });
      recentBytes += body.length;
      let excess = 0;
      // The newest stays, whatever its size.
      while (recentBytes > maxBytes && excess < recent.length - 1) recentBytes -= recent[excess++]?.body.length ?? 0;
      if (excess > 0) recent.splice(0, excess);
    },
    lost({ orderly, at }) {
      keepSince(at - (orderly ? orderlyMs : maxAgeMs));
      pending.unshift(...recent.splice(0));
      recentBytes = 0;
    },
    pendingEvents: () => pending.reduce((total, { events }) => total + events, 0),
    nextPending(bytes) {
      let total = 0;
      const beyond = pending.findIndex(({ body }, index) => (total += body.length) > bytes && index > 0);
      return pending.slice(0, beyond < 0 ? pending.length : beyond).map(({ body }) => body);
    },
    resent(bodies, now) {
      const through = pending
        .splice(0, bodies)
        .map((entry) => ({ ...entry, writtenAt: now, resends: entry.resends + 1 }));
      recent.push(...through.filter(({ resends }) => resends < maxResends));
      keepSince(Number.NEGATIVE_INFINITY);
    },
    expire(now) {
      keepSince(now - maxAgeMs);
      return recent.length > 0;
    },
  };
}

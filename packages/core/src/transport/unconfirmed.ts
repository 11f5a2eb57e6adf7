/** How a connection ended, to judge what may be lost with it. */
export interface ConnectionLoss {
  /** The peer ended it in order: nothing shows that it left something unread. */
  readonly orderly: boolean;
  readonly error: Error;
  /** Time of the loss, on the clock of `add`. */
  readonly at: number;
}

/**
 * Keeps copies of bodies that are written but may still lie in a connection's buffers, since a peer that stops reading
 * stays connected. Bodies lost with a connection wait until they are resent, however often that is tried.
 */
export interface Unconfirmed {
  /** Copies a body with its number of events, written at `now`. */
  add(body: Buffer, events: number, now: number): void;
  /** Handles a lost connection: forgets what was certainly read and queues the rest for resending. */
  lost(loss: ConnectionLoss): void;
  /** Number of events waiting to be resent. */
  pendingEvents(): number;
  /** Returns the oldest bodies waiting to be resent, up to `maxBytes` together, but at least one. */
  nextPending(maxBytes: number): readonly Buffer[];
  /**
   * Marks the oldest `bodies` as resent over a connection that stayed up. They count as unconfirmed again, like all
   * others.
   */
  resent(bodies: number, now: number): void;
  /** Forgets bodies that are too old. Returns true if any are left. */
  expire(now: number): boolean;
}

/** Limits of the kept copies. */
export interface UnconfirmedBounds {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /**
   * A body written this many milliseconds before an orderly end counts as read: a receiver does not stall that long and
   * then end in order.
   */
  readonly orderlyMs: number;
  /**
   * Number of resends after which a body is forgotten. Where every connection breaks off, it would be resent without
   * end.
   */
  readonly maxResends: number;
}

/**
 * Default bounds. Linux buffers up to 4 MiB at the sender and 6 MiB at the receiver, and gives up a dead connection
 * after about 15 minutes: anything older or further back was read or has been reported as lost.
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
  /** Oldest first. Nothing is added while anything is pending, so that both together never exceed the bound. */
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
      // The newest body stays, whatever its size.
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

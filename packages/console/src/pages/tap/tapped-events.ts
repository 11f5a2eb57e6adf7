/** An event as it passed, and what became of it on its way out. */
export interface TappedEvent {
  readonly key: number;
  readonly at: string;
  readonly event: unknown;
  /** The event as it leaves; undefined where nothing changes it. */
  readonly sent: unknown;
  readonly outcome: string;
  readonly destination: string | undefined;
}

/** The server's counts since the tap was opened. */
export interface Account {
  readonly seen: number;
  readonly skipped: number;
}

export interface Tapped extends Account {
  /** Newest first, never more than `MOST_SHOWN`. */
  readonly events: readonly TappedEvent[];
}

export const MOST_SHOWN = 200;
export const NOTHING_TAPPED: Tapped = { events: [], seen: 0, skipped: 0 };

/** Adds events, in the order in which they came, and forgets the oldest: an hour of tap takes no more memory than a minute. */
export function withEvents({ events, ...before }: Tapped, added: readonly TappedEvent[], account?: Account): Tapped {
  const newest = added.slice(-MOST_SHOWN).toReversed();
  return { events: [...newest, ...events].slice(0, MOST_SHOWN), ...(account ?? before) };
}

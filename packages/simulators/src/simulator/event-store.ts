/** How much a simulator stores. */
export type Keep =
  /** The events themselves and every request, for tests. */
  | "all"
  /** The events' ids, for fault runs. Events are still parsed. */
  | "ids"
  /** Counts only, for benchmarks. Events are parsed only where necessary. */
  | "count";

/** Counts of the events that a simulator received. */
export interface EventCounts {
  /** Distinct events that the SIEM stores. */
  readonly stored: number;
  /** Events received again after they were stored. */
  readonly repeated: number;
  /** Events refused for good. Events that are to be sent again do not count. */
  readonly refused: number;
}

/** The events that a real SIEM would have stored. */
export interface EventStore<Stored> {
  readonly keep: Keep;
  /** In order of arrival. Contains events only with `keep: "all"`. */
  readonly stored: readonly Stored[];
  /** Ids of the events, in order of arrival. Empty with `keep: "count"`. */
  readonly ids: readonly string[];
  counts(): EventCounts;
  /**
   * Stores an event. False when it is already stored. An event without an id is always new. `key` replaces the id as
   * the unique key, for a SIEM with several places per id.
   */
  add(id: string | undefined, event: () => Stored, key?: string): boolean;
  /** Whether an event is stored under this key. */
  has(key: string): boolean;
  /** Stores an event, for a SIEM that stores a repeated event a second time. */
  addAgain(id: string | undefined, event: () => Stored): void;
  refuse(events?: number): void;
  /** Deletes all events and counts. */
  reset(): void;
}

/** Creates an empty store. It recognises repeated events by their ids. */
export function createEventStore<Stored>(keep: Keep): EventStore<Stored> {
  const stored: Stored[] = [];
  const ids: string[] = [];
  const known = new Set<string | number>();
  let counts = { stored: 0, repeated: 0, refused: 0 };
  const keyOf = keep === "count" ? fingerprint : (key: string) => key;

  const isRepeated = (key: string | undefined): boolean => {
    if (key === undefined) return false;
    const before = known.size;
    known.add(keyOf(key));
    return known.size === before;
  };
  const push = (id: string | undefined, event: () => Stored) => {
    if (keep === "all") stored.push(event());
    if (keep !== "count" && id !== undefined) ids.push(id);
  };
  const store: EventStore<Stored> = {
    keep,
    stored,
    ids,
    counts: () => ({ ...counts }),
    has: (key) => known.has(keyOf(key)),
    add(id, event, key = id) {
      if (isRepeated(key)) {
        counts.repeated += 1;
        return false;
      }
      counts.stored += 1;
      push(id, event);
      return true;
    },
    addAgain(id, event) {
      if (!store.add(id, event)) push(id, event);
    },
    refuse(events = 1) {
      counts.refused += events;
    },
    reset() {
      stored.length = 0;
      ids.length = 0;
      known.clear();
      counts = { stored: 0, repeated: 0, refused: 0 };
    },
  };
  return store;
}

/** 52 bits of an id instead of its text, so that a million fit into little memory. Collisions are not expected. */
function fingerprint(id: string): number {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 0) * 0x10_0000 + ((low >>> 0) & 0xf_ffff);
}

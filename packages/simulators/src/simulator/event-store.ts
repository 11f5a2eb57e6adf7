/** How much a simulator keeps of what it was sent. */
export type Keep =
  /** The events themselves, and every request. For tests. */
  | "all"
  /** The ids of the events, which are still parsed. For fault runs. */
  | "ids"
  /** Numbers alone; events are not parsed where a cheap look will do. For a bench. */
  | "count";

/** What became of the events that a simulator was sent. */
export interface EventCounts {
  /** Different events that the SIEM now has. */
  readonly stored: number;
  /** Events that came again although the SIEM had them. */
  readonly repeated: number;
  /** Events that the SIEM will never take. Those that it asks to be sent again are not among them. */
  readonly refused: number;
}

/** What a real SIEM would have kept. */
export interface EventStore<Stored> {
  readonly keep: Keep;
  /** In order of arrival. Holds events when all is kept. */
  readonly stored: readonly Stored[];
  /** Ids of the events, in order of arrival. Empty when only numbers are kept. */
  readonly ids: readonly string[];
  counts(): EventCounts;
  /**
   * Takes an event; false when it was there already. An event without an id is always a new one. `key` is what must not
   * repeat, for a SIEM with several places for one id.
   */
  add(id: string | undefined, event: () => Stored, key?: string): boolean;
  /** Whether an event was taken under this key. */
  has(key: string): boolean;
  /** As `add`, for a SIEM that keeps a repeated event a second time. */
  addAgain(id: string | undefined, event: () => Stored): void;
  refuse(events?: number): void;
  /** Forgets everything that was stored and counted. */
  reset(): void;
}

/** An empty store. It tells repeats by the events' ids. */
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

/** 52 bits of an id instead of its text: a million of them fit into little memory, and two alike are not to be expected. */
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

import type { DeadLetter } from "./dead-letters.ts";

/** All that is known at the end of a run about one destination. */
export interface Evidence {
  readonly destination: string;
  /** Ids at the SIEM, in order of arrival; one that it has twice stands there twice. */
  readonly storedIds: readonly string[];
  readonly deadLetters: readonly DeadLetter[];
  /** Events that the server still holds. */
  readonly queued: number;
  /** Events that may be missing without being called lost, where the SIEM confirms nothing; 0 everywhere else. */
  readonly confessed: number;
  /** Ids of events that the SIEM or a dead letter has, but not as they were published. */
  readonly spoiled: readonly string[];
  /** Ids of events that came too late, where order was promised. */
  readonly misplaced: readonly string[];
}

/** All that is known about the events. */
export interface Offers {
  /** Indexes of acknowledged events, each with the process that acknowledged it. */
  readonly acknowledged: ReadonlyMap<number, number>;
  /** How many processes there were. */
  readonly lives: number;
  readonly id: (index: number) => string;
  readonly indexOf: (id: string) => number | undefined;
  readonly timesOffered: (index: number) => number;
  readonly wants: (destination: string, index: number) => boolean;
}

export interface Verdict {
  readonly destination: string;
  readonly acknowledged: number;
  /** Different events at the SIEM. */
  readonly stored: number;
  /** Events that the SIEM has more than once, counted each time but the first. */
  readonly repeated: number;
  readonly deadLettered: number;
  readonly ambiguous: number;
  /**
   * Dead letters that call an event undelivered which the SIEM has: a process before the one that wrote the dead letter
   * had sent it, and
   * was ended before it could say so.
   */
  readonly unaware: number;
  readonly queued: number;
  readonly lost: readonly string[];
  /** Missing and confessed. */
  readonly unproven: number;
  /** In sentences; empty when all is as it must be. */
  readonly problems: readonly string[];
}

/** Where every acknowledged event is. Pure. */
export function judge(
  { destination, storedIds, deadLetters, queued, confessed, spoiled, misplaced }: Evidence,
  offers: Offers,
): Verdict {
  const { acknowledged, lives, id, wants } = offers;
  const stored = new Set(storedIds);
  const own = deadLetters.filter((deadLetter) => deadLetter.destination === destination);
  const deadLettered = new Set(own.map(({ eventId }) => eventId));
  const wanted = [...acknowledged.keys()].filter((index) => wants(destination, index)).map(id);
  const missing = wanted.filter((eventId) => !stored.has(eventId) && !deadLettered.has(eventId));

  /** Offered more than once, or carried over from one process to another: then two ends of it are no contradiction. */
  const mayEndTwice = (eventId: string) => {
    const index = offers.indexOf(eventId) ?? -1;
    return offers.timesOffered(index) > 1 || (acknowledged.get(index) ?? 0) < lives;
  };
  const contradictory = own.filter(({ eventId, ambiguous }) => !ambiguous && stored.has(eventId)).map(idOf);
  const wrong = contradictory.filter((eventId) => !mayEndTwice(eventId));
  const doubled = repeatsIn(own.map(idOf)).filter((eventId) => !mayEndTwice(eventId));
  const anywhere = [...new Set([...stored, ...deadLettered])];
  const foreign = anywhere.filter((eventId) => offers.timesOffered(offers.indexOf(eventId) ?? -1) === 0);
  const unwanted = anywhere.filter((eventId) => !wants(destination, offers.indexOf(eventId) ?? -1));
  // What is in the queue may be some of it twice, or already delivered: it can hide no more than its size.
  const nowhere = missing.length > queued ? missing : [];
  const lost = nowhere.length > confessed ? nowhere : [];
  return {
    destination,
    acknowledged: wanted.length,
    stored: stored.size,
    repeated: storedIds.length - stored.size,
    deadLettered: own.length,
    ambiguous: own.filter(({ ambiguous }) => ambiguous).length,
    unaware: contradictory.length - wrong.length,
    queued,
    lost,
    unproven: nowhere.length - lost.length,
    problems: [
      ...sentence(lost, `acknowledged events are nowhere (${queued} are queued)`),
      ...sentence(spoiled, "events are not what they were"),
      ...sentence(misplaced, "events came after later ones, although their order was promised"),
      ...sentence(wrong, "events are stored, and their dead letters are sure that they are not"),
      ...sentence(doubled, "events have two dead letters"),
      ...sentence(foreign, "events were never offered"),
      ...sentence(unwanted, "events had been filtered out"),
    ],
  };
}

function idOf({ eventId }: DeadLetter): string {
  return eventId;
}

function repeatsIn(ids: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return ids.filter((eventId) => seen.size === seen.add(eventId).size);
}

function sentence(ids: readonly string[], what: string): readonly string[] {
  return ids.length === 0 ? [] : [`${ids.length} ${what}: ${ids.slice(0, 5).join(", ")}`];
}

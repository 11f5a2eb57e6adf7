import type { EventRecord } from "./event-record.ts";
import type { Packed } from "./packer.ts";

/** What has been tried with some events so far. */
export interface AttemptHistory {
  readonly attempts: number;
  readonly firstAttemptAt: number | undefined;
  readonly ambiguous: boolean;
}

/** A batch, or a part of one, under way: its bytes, and what has been tried with them. */
export interface Piece extends AttemptHistory {
  readonly packed: Packed;
  /** The body as it goes on the wire, once it is compressed. */
  readonly compressed: Buffer | undefined;
  readonly retries: number;
}

export const untried: AttemptHistory = { attempts: 0, firstAttemptAt: undefined, ambiguous: false };

/**
 * Remembers what was tried with events that went back to the queue, so that a later dead letter tells the whole story.
 * Empty, and free, as long as nothing is released.
 */
export class AttemptMemory {
  readonly #histories = new Map<EventRecord | number, AttemptHistory>();

  remember(records: readonly EventRecord[], history: AttemptHistory): void {
    if (history.attempts === 0) return;
    for (const record of records) this.#histories.set(keyOf(record), history);
  }

  /** The history of a record, which is forgotten with this. */
  recall(record: EventRecord): AttemptHistory {
    const key = keyOf(record);
    const history = this.#histories.get(key);
    if (history === undefined) return untried;
    this.#histories.delete(key);
    return history;
  }

  /** The history of a batch: that of its worst-travelled event. */
  recallAll(records: readonly EventRecord[]): AttemptHistory {
    if (this.#histories.size === 0) return untried;
    return records.map((record) => this.recall(record)).reduce(merged, untried);
  }
}

/** A store that gives places may put an event out of memory, and read it as another object. */
function keyOf(record: EventRecord): EventRecord | number {
  return record.place === 0 ? record : record.place;
}

function merged(a: AttemptHistory, b: AttemptHistory): AttemptHistory {
  const first = Math.min(a.firstAttemptAt ?? Number.POSITIVE_INFINITY, b.firstAttemptAt ?? Number.POSITIVE_INFINITY);
  return {
    attempts: Math.max(a.attempts, b.attempts),
    firstAttemptAt: Number.isFinite(first) ? first : undefined,
    ambiguous: a.ambiguous || b.ambiguous,
  };
}

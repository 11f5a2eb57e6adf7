import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { AttemptHistory } from "./sub-batch.ts";
import { untried } from "./sub-batch.ts";

/**
 * Remembers attempts with events that went back to the queue, so that a later dead letter tells all of them. Empty, and
 * free, while nothing is requeued.
 */
export class AttemptMemory {
  readonly #histories = new Map<AcceptedEvent | number, AttemptHistory>();

  remember(records: readonly AcceptedEvent[], history: AttemptHistory): void {
    if (history.attempts === 0) return;
    for (const record of records) this.#histories.set(keyOf(record), history);
  }

  /** Returns the history of a record and forgets it. */
  recall(record: AcceptedEvent): AttemptHistory {
    const key = keyOf(record);
    const history = this.#histories.get(key);
    if (history === undefined) return untried;
    this.#histories.delete(key);
    return history;
  }

  /** Returns the combined history of events sent together, the one with the most attempts, and forgets it. */
  recallAll(records: readonly AcceptedEvent[]): AttemptHistory {
    const history = this.peekAll(records);
    if (this.#histories.size > 0) for (const record of records) this.#histories.delete(keyOf(record));
    return history;
  }

  /** Returns the combined history and keeps it. */
  peekAll(records: readonly AcceptedEvent[]): AttemptHistory {
    if (this.#histories.size === 0) return untried;
    return records.map((record) => this.#histories.get(keyOf(record)) ?? untried).reduce(merged, untried);
  }
}

/** Returns the key of an event: its number, since a store may evict an event and read it back as another object. */
export function keyOf(record: AcceptedEvent): AcceptedEvent | number {
  return record.sequence === 0 ? record : record.sequence;
}

function merged(a: AttemptHistory, b: AttemptHistory): AttemptHistory {
  const first = Math.min(a.firstAttemptAt ?? Number.POSITIVE_INFINITY, b.firstAttemptAt ?? Number.POSITIVE_INFINITY);
  return {
    attempts: Math.max(a.attempts, b.attempts),
    firstAttemptAt: Number.isFinite(first) ? first : undefined,
    ambiguous: a.ambiguous || b.ambiguous,
  };
}

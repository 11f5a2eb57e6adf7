import { keyOf } from "./attempt-memory.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Progress } from "./workload.ts";

/** How often an event has failed alone, and what passed meanwhile. */
export interface LoneFailure {
  readonly kind: "failed" | "refused";
  readonly failures: number;
  /** Failures that were each followed by a delivery of something else, and then by another failure. */
  readonly strikes: number;
  /** What there was when it failed the last time. */
  readonly progress: Progress;
}

/**
 * Remembers events that have failed alone, also while they are back in the queue, for as long as they are not settled.
 * Empty, and free, where nothing fails.
 */
export class LoneFailures {
  readonly #failures = new Map<AcceptedEvent | number, LoneFailure>();

  of(record: AcceptedEvent | undefined): LoneFailure | undefined {
    return record === undefined || this.#failures.size === 0 ? undefined : this.#failures.get(keyOf(record));
  }

  remember(record: AcceptedEvent, failure: LoneFailure): void {
    this.#failures.set(keyOf(record), failure);
  }

  /** These are settled. */
  forget(records: readonly AcceptedEvent[]): void {
    if (this.#failures.size === 0) return;
    for (const record of records) this.#failures.delete(keyOf(record));
  }
}

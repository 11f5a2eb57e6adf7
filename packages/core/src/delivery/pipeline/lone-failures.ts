import { keyOf } from "./attempt-memory.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Progress } from "./workload.ts";

/** Failures of an event sent alone, and what was delivered meanwhile. */
export interface LoneFailure {
  readonly kind: "failed" | "refused";
  readonly failures: number;
  /** Failures that were each followed by a delivery of other events and then another failure. */
  readonly strikes: number;
  /** Progress at its last failure. */
  readonly progress: Progress;
}

/**
 * Remembers events that failed alone until they are settled, also while they are in the queue. Empty, and free, while
 * nothing fails.
 */
export class LoneFailures {
  readonly #failures = new Map<AcceptedEvent | number, LoneFailure>();

  of(record: AcceptedEvent | undefined): LoneFailure | undefined {
    return record === undefined || this.#failures.size === 0 ? undefined : this.#failures.get(keyOf(record));
  }

  remember(record: AcceptedEvent, failure: LoneFailure): void {
    this.#failures.set(keyOf(record), failure);
  }

  /** Forgets settled events. */
  forget(records: readonly AcceptedEvent[]): void {
    if (this.#failures.size === 0) return;
    for (const record of records) this.#failures.delete(keyOf(record));
  }
}

import type { StreamState } from "./stream-state.ts";

/**
 * Numbered events of an earlier process. A queue gives out what is left of them first, in order: once a later event
 * comes, the others are settled.
 */
export class UnseenEvents {
  readonly #state: StreamState;
  readonly #sequences: Set<number>;
  #last: number;

  constructor(state: StreamState) {
    this.#state = state;
    this.#sequences = new Set(state.events.sequences());
    this.#last = 0;
    for (const sequence of this.#sequences) this.#last = Math.max(this.#last, sequence);
  }

  saw(sequence: number): void {
    this.#sequences.delete(sequence);
  }

  /** Notes that an event without a number came. One that was filtered before may come in between. */
  passed(sequence: number): void {
    if (this.#sequences.size > 0 && sequence > this.#last) this.forget();
  }

  /** Forgets the numbers of those not seen: their events are settled. */
  forget(): void {
    for (const sequence of this.#sequences) this.#state.forget(sequence);
    this.#sequences.clear();
  }
}

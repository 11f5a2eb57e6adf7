import type { AckState } from "./ack-state.ts";
import { endOf } from "./ack-state.ts";
import type { Segment } from "./segment.ts";

/**
 * Keeps the settlements of destinations as long as a file may hold their events: once no file has an event from before
 * the end of a state, nothing can be repeated.
 */
export class KeptStates {
  readonly #states: Map<string, AckState>;
  readonly #onDisk: () => Iterable<Segment>;
  #limit = 1;

  /** `onDisk` returns the existing files, including those about to be removed. */
  constructor(before: Iterable<readonly [string, AckState]>, onDisk: () => Iterable<Segment>) {
    this.#states = new Map(before);
    this.#onDisk = onDisk;
  }

  get size(): number {
    return this.#states.size;
  }

  get(destinationId: string): AckState | undefined {
    return this.#states.get(destinationId);
  }

  /** Sets a state. Cleans up whenever the number has doubled, so that the cost per call is constant. */
  set(destinationId: string, state: AckState): void {
    this.#states.set(destinationId, state);
    if (this.#states.size > this.#limit) this.dropUnneeded();
  }

  delete(destinationId: string): void {
    this.#states.delete(destinationId);
  }

  entries(): readonly (readonly [string, AckState])[] {
    return [...this.#states];
  }

  dropUnneeded(): void {
    const firstSequenceOf = firstSequences(this.#onDisk());
    for (const [destinationId, state] of this.#states) {
      if (endOf(state) <= firstSequenceOf(destinationId)) this.#states.delete(destinationId);
    }
    this.#limit = Math.max(1, this.#states.size * 2);
  }
}

/**
 * Returns the first sequence that any file may hold of a destination. A destination's own file says nothing of others.
 */
function firstSequences(segments: Iterable<Segment>): (destinationId: string) => number {
  let shared = Number.POSITIVE_INFINITY;
  const owned = new Map<string, number>();
  for (const { firstSequence, owner } of segments) {
    if (owner === undefined) shared = Math.min(shared, firstSequence);
    else owned.set(owner, Math.min(owned.get(owner) ?? firstSequence, firstSequence));
  }
  return (destinationId) => Math.min(shared, owned.get(destinationId) ?? shared);
}

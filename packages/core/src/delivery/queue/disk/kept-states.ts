import type { AckState } from "./ack-state.ts";
import { endOf } from "./ack-state.ts";
import type { Segment } from "./segment.ts";

/**
 * What is settled of destinations, for as long as a file can bring it up again: once no file holds an event from before
 * the end of a state, nothing of that destination is left to repeat.
 */
export class KeptStates {
  readonly #states: Map<string, AckState>;
  readonly #onDisk: () => Iterable<Segment>;
  #limit = 1;

  /** `onDisk`: the files that are there, also those that are about to go. */
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

  /** Looks at all of them each time that they have doubled, so that this costs the same however many there are. */
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

/** The first sequence that a file can hold of a destination. A file of its own says nothing of the others. */
function firstSequences(segments: Iterable<Segment>): (destinationId: string) => number {
  let shared = Number.POSITIVE_INFINITY;
  const owned = new Map<string, number>();
  for (const { firstSequence, owner } of segments) {
    if (owner === undefined) shared = Math.min(shared, firstSequence);
    else owned.set(owner, Math.min(owned.get(owner) ?? firstSequence, firstSequence));
  }
  return (destinationId) => Math.min(shared, owned.get(destinationId) ?? shared);
}

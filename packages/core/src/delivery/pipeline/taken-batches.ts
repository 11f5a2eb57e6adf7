import type { AcceptedEvent } from "../../event/accepted-event.ts";

/** Events that were taken from the queue together. */
export interface TakenBatch {
  /** Rises with each batch that is taken. */
  readonly turn: number;
  readonly records: readonly AcceptedEvent[];
}

/** Events that are to go back to the queue together, in the order in which they were taken. */
export class Returning {
  readonly #byBatch = new Map<TakenBatch, Set<AcceptedEvent>>();
  size = 0;

  add(batch: TakenBatch, records: readonly AcceptedEvent[]): void {
    let returning = this.#byBatch.get(batch);
    if (returning === undefined) {
      returning = new Set();
      this.#byBatch.set(batch, returning);
    }
    for (const record of records) returning.add(record);
    this.size += records.length;
  }

  takeAll(): AcceptedEvent[] {
    const batches = [...this.#byBatch].toSorted(([a], [b]) => a.turn - b.turn);
    this.#byBatch.clear();
    this.size = 0;
    return batches.flatMap(([{ records }, returning]) => records.filter((record) => returning.has(record)));
  }
}

import type { AcceptedEvent } from "../../event/accepted-event.ts";

/** Events taken from the queue together. */
export interface TakenBatch {
  /** Ascending number of the batch. */
  readonly turn: number;
  readonly records: readonly AcceptedEvent[];
}

/** Events to requeue together, in the order they were taken. */
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

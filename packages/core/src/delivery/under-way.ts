import type { EventRecord } from "./event-record.ts";

/** The batches that are out of the queue, in the order in which they were taken, and what of them is to go back together. */
export class UnderWay {
  readonly #batches = new Set<readonly EventRecord[]>();
  readonly #returning = new Set<EventRecord>();

  /** How many are to go back. */
  get returning(): number {
    return this.#returning.size;
  }

  begin(batch: readonly EventRecord[]): void {
    this.#batches.add(batch);
  }

  /** The batch is settled, but for what of it is to go back. */
  end(batch: readonly EventRecord[]): void {
    const keepsSome = this.#returning.size > 0 && batch.some((record) => this.#returning.has(record));
    if (!keepsSome) this.#batches.delete(batch);
  }

  putBack(records: readonly EventRecord[]): void {
    for (const record of records) this.#returning.add(record);
  }

  /** All that is to go back, in order; asked once nothing is under way any more. */
  takeBack(): EventRecord[] {
    const ordered = [...this.#batches].flatMap((batch) => batch.filter((record) => this.#returning.has(record)));
    this.#batches.clear();
    this.#returning.clear();
    return ordered;
  }
}

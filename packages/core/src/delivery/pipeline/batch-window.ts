/**
 * How many events are taken from the queue together. Fewer where attempts fail: with several bad events in every batch no
 * whole batch would ever pass, and nothing would show that it is not the destination that is down. It doubles with every
 * body that passes.
 */
export class BatchWindow {
  readonly #most: number;
  #events: number;

  constructor(most: number) {
    this.#most = most;
    this.#events = most;
  }

  get events(): number {
    return this.#events;
  }

  passed(): void {
    this.#events = Math.min(this.#most, this.#events * 2);
  }

  failed(): void {
    this.#events = Math.max(1, this.#events >> 1);
  }
}

/**
 * Limits the number of events taken together. Fewer are taken while attempts fail: with several bad events in every
 * batch, no batch would pass and the destination would seem down. The limit doubles with every body that passes.
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

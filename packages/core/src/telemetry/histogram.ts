/** Upper bounds of the buckets in seconds, as in Prometheus. A larger value counts only in the total. */
export const SEND_SECONDS_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** A histogram as Prometheus exposes it, in seconds. */
export interface Histogram {
  /** Cumulative counts of values at or below each bound. */
  readonly buckets: readonly number[];
  readonly count: number;
  readonly sum: number;
}

export class SecondsHistogram {
  readonly #counts = SEND_SECONDS_BOUNDS.map(() => 0);
  #count = 0;
  #sum = 0;

  observe(seconds: number): void {
    const at = SEND_SECONDS_BOUNDS.findIndex((bound) => seconds <= bound);
    if (at >= 0) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count++;
    this.#sum += seconds;
  }

  snapshot(): Histogram {
    let below = 0;
    return { buckets: this.#counts.map((count) => (below += count)), count: this.#count, sum: this.#sum };
  }
}

import type { DeliverySettings } from "../delivery-settings.ts";

/** A body that the destination took. */
export interface PassedBody {
  readonly events: number;
  /** Whether some of the events taken together did not fit. */
  readonly isCut: boolean;
  /** Duration of the attempt. */
  readonly tookMs: number;
  /** Number of events that wait behind it. */
  readonly waiting: number;
}

/** Most events in a batch that grew. A SIEM's own limits are smaller or not much larger. */
const MOST_GROWN = 10_000;
/** An attempt that takes longer makes the next batches smaller: an event waits for all that it travels with. */
const LONGEST_MS = 1000;

/**
 * Limits the number of events taken together. Fewer are taken while attempts fail: with several bad events in every
 * batch, no batch would pass and the destination would seem down. The limit doubles with every body that passes. With
 * `batch: auto` it goes on doubling above the usual size while a full batch waits, and comes back when none does.
 */
export class BatchWindow {
  readonly #usual: number;
  readonly #mostGrown: number;
  #most: number;
  #events: number;

  constructor({ batchSize, batch }: Pick<DeliverySettings, "batchSize" | "batch">) {
    this.#usual = batchSize;
    this.#mostGrown = batch === "auto" ? Math.max(MOST_GROWN, batchSize) : batchSize;
    this.#most = batchSize;
    this.#events = batchSize;
  }

  get events(): number {
    return this.#events;
  }

  passed(body: PassedBody): void {
    this.#most = Math.min(this.#mostGrown, Math.max(this.#usual, this.#grown(body)));
    this.#events = Math.min(this.#most, this.#events * 2);
  }

  failed(): void {
    this.#most = this.#usual;
    this.#events = Math.max(1, Math.min(this.#usual, this.#events >> 1));
  }

  #grown({ events, isCut, tookMs, waiting }: PassedBody): number {
    if (waiting < this.#most) return this.#usual;
    if (tookMs > LONGEST_MS) return this.#most >> 1;
    // The SIEM's limit is reached: what does not fit would be taken for nothing.
    if (isCut) return events;
    return events < this.#most ? this.#most : this.#most * 2;
  }
}

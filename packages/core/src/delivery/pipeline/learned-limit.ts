/** Bodies in a row that pass before a learned limit is tried for the first time. */
const FIRST_PATIENCE = 8;
const MOST_PATIENCE = 4096;
/** No SIEM is known to refuse so little as too large; a proxy that does refuses everything. */
const ALWAYS_TAKEN_BYTES = 16 * 1024;

/**
 * How large a body of several events may be at a SIEM that takes less than its connector says. A refusal alone teaches
 * nothing, for a proxy may refuse bodies of any size for a moment, or whatever holds one event; that all of the same events
 * then pass in smaller bodies does.
 *
 * The limit is tried again after 8 bodies that passed: it doubles until it is no limit any more. Each time that this was too
 * much, it is left in peace for twice as long.
 */
export class LearnedLimit {
  #bytes: number | undefined;
  /** The largest body that was refused since there is a limit. */
  #refused = 0;
  /** The largest body that was ever taken. */
  #largest = 0;
  /** The largest body that was taken since one was refused. */
  #largestLately = 0;
  #passes = 0;
  #patience = FIRST_PATIENCE / 2;

  /** Undefined where bodies may be as large as the connector says. */
  get bytes(): number | undefined {
    return this.#bytes;
  }

  /**
   * A body was refused as too large, and its events have passed in bodies of at most so many bytes. Where one as large was
   * taken just before, it may not have been its size: the next one that is refused tells.
   */
  learn(refusedBytes: number, passedBytes: number): void {
    const wasTaken = this.#largestLately >= refusedBytes;
    this.#largestLately = 0;
    if (wasTaken) return;
    this.#refused = Math.max(this.#bytes === undefined ? 0 : this.#refused, refusedBytes);
    const bytes = Math.max(passedBytes, refusedBytes >> 1);
    if (this.#bytes !== undefined && this.#bytes <= bytes) return;
    this.#bytes = bytes;
    this.#passes = 0;
    this.#patience = Math.min(this.#patience * 2, MOST_PATIENCE);
  }

  /** Whether a body as large as this has been taken before, or is so small that any SIEM takes it. */
  isUsual(bytes: number): boolean {
    return bytes > 0 && bytes <= Math.max(this.#largest, ALWAYS_TAKEN_BYTES);
  }

  /** A body has passed. */
  passed(bytes: number): void {
    this.#largest = Math.max(this.#largest, bytes);
    this.#largestLately = Math.max(this.#largestLately, bytes);
    if (++this.#passes < this.#patience) return;
    this.#passes = 0;
    if (this.#bytes === undefined) this.#patience = FIRST_PATIENCE / 2;
    else if (this.#bytes * 2 >= this.#refused) this.#bytes = undefined;
    else this.#bytes *= 2;
  }
}

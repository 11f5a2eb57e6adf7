/** Consecutive passed bodies before a learned limit is first raised. */
const FIRST_PATIENCE = 8;
const MOST_PATIENCE = 4096;
/** No SIEM is known to refuse so small a body as too large; a proxy that does refuses everything. */
const ALWAYS_TAKEN_BYTES = 16 * 1024;

/**
 * Learns the body limit of a SIEM that takes less than its connector says. A refusal alone teaches nothing, since a
 * proxy may refuse any size for a moment, or everything with a certain event. It counts once all the same events pass
 * in smaller bodies.
 *
 * The limit is raised again after 8 passed bodies: it doubles until it no longer matters. After each failed raise, the
 * next one waits twice as long.
 */
export class LearnedLimit {
  #bytes: number | undefined;
  /** Largest body refused since there is a limit. */
  #refused = 0;
  /** Largest body ever accepted. */
  #largest = 0;
  /** Largest body accepted since the last refusal. */
  #largestLately = 0;
  #passes = 0;
  #patience = FIRST_PATIENCE / 2;

  /** The limit in bytes; undefined if the connector's applies. */
  get bytes(): number | undefined {
    return this.#bytes;
  }

  /**
   * Notes a body refused as too large whose events passed in bodies of at most `passedBytes`. If one as large was
   * accepted just before, size may not be the reason; the next refusal tells.
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

  /** Returns whether a body this large was accepted before, or is so small that any SIEM takes it. */
  isUsual(bytes: number): boolean {
    return bytes > 0 && bytes <= Math.max(this.#largest, ALWAYS_TAKEN_BYTES);
  }

  /** Notes a body that passed. */
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

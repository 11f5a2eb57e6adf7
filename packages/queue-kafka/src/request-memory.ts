/** Largest memory that is kept; what a request needs beyond it is its own. */
const KEPT_BYTES = 1024 * 1024;

/**
 * Memory of the messages of one request, used again for the next. New memory for each costs as much as the copy into it,
 * and makes the engine look through its whole heap more often.
 */
export class RequestMemory {
  readonly #memory = Buffer.allocUnsafeSlow(KEPT_BYTES);
  #used = 0;

  take(bytes: number): Buffer {
    if (this.#used + bytes > KEPT_BYTES) return Buffer.allocUnsafe(bytes);
    this.#used += bytes;
    return this.#memory.subarray(this.#used - bytes, this.#used);
  }

  /** Gives all of it to the next request. The one before must have been answered. */
  clear(): void {
    this.#used = 0;
  }
}

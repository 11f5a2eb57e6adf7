import type { ReplyMemory } from "../reply-memory.ts";

/** Bytes each reply may use outside the shared memory, so that an ordinary reply never waits for large ones. */
const OWN_BYTES = 16 * 1024;

/** Collects a reply's body in one buffer. Kept chunks would each pin the buffer they came in. */
export class ReplyBody {
  readonly #memory: ReplyMemory;
  #buffer: Buffer | undefined;
  #bytes = 0;

  constructor(memory: ReplyMemory) {
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Copies a part of a chunk. Throws if the organisation's replies exceed their memory. */
  append(chunk: Buffer, from: number, to: number): void {
    const needed = this.#bytes + to - from;
    const buffer = this.#grownFor(needed);
    chunk.copy(buffer, this.#bytes, from, to);
    this.#bytes = needed;
  }

  #grownFor(bytes: number): Buffer {
    const present = this.#buffer ?? Buffer.alloc(0);
    if (bytes <= present.length) return present;
    let size = Math.max(1024, present.length);
    while (size < bytes) size *= 2;
    if (!this.#memory.take(borrowed(size) - borrowed(present.length))) {
      throw new Error("the organisation's destinations answer with more than is read at a time");
    }
    const larger = Buffer.allocUnsafeSlow(size);
    present.copy(larger, 0, 0, this.#bytes);
    this.#buffer = larger;
    return larger;
  }

  text(): string {
    return this.#buffer?.toString("utf8", 0, this.#bytes) ?? "";
  }

  copy(): Buffer {
    return Buffer.from(this.#buffer?.subarray(0, this.#bytes) ?? []);
  }

  /** Frees the memory. */
  release(): void {
    this.#memory.give(borrowed(this.#buffer?.length ?? 0));
    this.#buffer = undefined;
    this.#bytes = 0;
  }
}

function borrowed(size: number): number {
  return Math.max(0, size - OWN_BYTES);
}

import { rangesOf } from "@arbitex/core/host";
import type { NumberRange } from "@arbitex/core/host";

const HASH_BYTES = 32;
/** Few numbers a chunk: an export with absurd numbers must not take much memory. */
const CHUNK = 64;

interface Chunk {
  readonly fingerprints: Buffer;
  readonly isThere: Uint8Array;
}

/** The numbers of a stream that an export has, with a fingerprint of each: about 35 bytes an event. */
export class NumberTable {
  readonly #chunks = new Map<number, Chunk>();
  size = 0;
  least = Number.POSITIVE_INFINITY;
  greatest = 0;

  /** Adds an event. Returns whether its number is new, was there with the same content, or with another. */
  add(number: number, fingerprint: string): "new" | "same" | "other" {
    const index = Math.floor(number / CHUNK);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { fingerprints: Buffer.alloc(CHUNK * HASH_BYTES), isThere: new Uint8Array(CHUNK) };
      this.#chunks.set(index, chunk);
    }
    const at = number % CHUNK;
    const place = chunk.fingerprints.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    if (chunk.isThere[at] === 1) return place.toString("hex") === fingerprint ? "same" : "other";
    chunk.isThere[at] = 1;
    place.write(fingerprint, "hex");
    this.size++;
    this.least = Math.min(this.least, number);
    this.greatest = Math.max(this.greatest, number);
    return "new";
  }

  fingerprintOf(number: number): string | undefined {
    const chunk = this.#chunks.get(Math.floor(number / CHUNK));
    const at = number % CHUNK;
    return chunk?.isThere[at] === 1
      ? chunk.fingerprints.toString("hex", at * HASH_BYTES, (at + 1) * HASH_BYTES)
      : undefined;
  }

  /** Returns the ranges of numbers from `first` to `last` that are not there. */
  absent(first: number, last: number): readonly NumberRange[] {
    const there = this.#sorted(first, last);
    const absent: NumberRange[] = [];
    let next = first;
    for (const [from, to] of there) {
      if (from > next) absent.push([next, from - 1]);
      next = to + 1;
    }
    if (next <= last) absent.push([next, last]);
    return absent;
  }

  #sorted(first: number, last: number): readonly NumberRange[] {
    const found: number[] = [];
    for (const [index, { isThere }] of this.#chunks) {
      const base = index * CHUNK;
      if (base > last || base + CHUNK <= first) continue;
      for (let at = 0; at < CHUNK; at++) {
        const number = base + at;
        if (isThere[at] === 1 && number >= first && number <= last) found.push(number);
      }
    }
    return rangesOf(found);
  }
}

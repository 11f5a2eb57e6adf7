import type { NumberRange } from "@arbitex/core/host";

const HASH_BYTES = 32;
/** Numbers of a chunk. */
const CHUNK = 64;

/** Fingerprints in the order in which they came. A stranger's export may have one number a chunk, so it begins small. */
interface Chunk {
  fingerprints: Buffer;
  /** For each number of the chunk: 0, or the place of its fingerprint from 1. */
  readonly places: Uint8Array;
  size: number;
}

/** The numbers of a stream that an export has, with a fingerprint of each: about 40 bytes an event where numbers follow each other. */
export class NumberTable {
  readonly #chunks = new Map<number, Chunk>();
  size = 0;
  least = Number.POSITIVE_INFINITY;
  greatest = 0;

  /** Adds an event. Returns whether its number is new, was there with the same content, or with another. */
  add(number: number, fingerprint: string): "new" | "same" | "other" {
    const index = Math.floor(number / CHUNK);
    const at = number % CHUNK;
    const chunk = this.#chunks.get(index) ?? {
      fingerprints: Buffer.alloc(HASH_BYTES),
      places: new Uint8Array(CHUNK),
      size: 0,
    };
    if (chunk.size === 0) this.#chunks.set(index, chunk);
    if (chunk.places[at] !== 0) return textOf(chunk, at) === fingerprint ? "same" : "other";
    if (chunk.size * HASH_BYTES === chunk.fingerprints.length) {
      chunk.fingerprints = Buffer.concat([chunk.fingerprints, Buffer.alloc(chunk.fingerprints.length)]);
    }
    chunk.fingerprints.write(fingerprint, chunk.size * HASH_BYTES, "hex");
    chunk.size++;
    chunk.places[at] = chunk.size;
    this.size++;
    this.least = Math.min(this.least, number);
    this.greatest = Math.max(this.greatest, number);
    return "new";
  }

  fingerprintOf(number: number): string | undefined {
    const chunk = this.#chunks.get(Math.floor(number / CHUNK));
    return chunk === undefined ? undefined : textOf(chunk, number % CHUNK);
  }

  /** Returns the ranges of numbers from `first` to `last` that are not there. */
  absent(first: number, last: number): readonly NumberRange[] {
    const absent: NumberRange[] = [];
    let next = first;
    for (const number of this.#between(first, last)) {
      if (number > next) absent.push([next, number - 1]);
      next = number + 1;
    }
    if (next <= last) absent.push([next, last]);
    return absent;
  }

  /** The numbers that are there, in order. */
  *#between(first: number, last: number): Iterable<number> {
    const indexes = Float64Array.from(this.#chunks.keys()).toSorted();
    for (const index of indexes) {
      const places = this.#chunks.get(index)?.places ?? [];
      for (let at = 0; at < CHUNK; at++) {
        const number = index * CHUNK + at;
        if (places[at] !== 0 && number >= first && number <= last) yield number;
      }
    }
  }
}

function textOf({ fingerprints, places }: Chunk, at: number): string | undefined {
  const place = places[at] ?? 0;
  return place === 0 ? undefined : fingerprints.toString("hex", (place - 1) * HASH_BYTES, place * HASH_BYTES);
}

import { scannerBinary } from "./generated/scanner-binary.ts";
import type { ScannedKey } from "./scan-format.ts";
import { FACTS_BYTES, FACTS_WORDS, FIELD_ID, PLACE_WORDS, scannedKeys } from "./scan-format.ts";

/** Finds in one pass over events' bytes what acceptance and encoders need. */
export interface EventScanner {
  /** Scans events in valid UTF-8; undefined if there is no memory for them. The facts are valid until the next call. */
  scan(texts: ScannedTexts, maxDepth: number): ScanFacts | undefined;
  /**
   * Writes JSON text as a JSON string, with its quotes, into a body with enough space. Returns the offset after it;
   * undefined if there is no memory for it.
   */
  quote(bytes: Uint8Array, start: number, end: number, body: Buffer, at: number): number | undefined;
  /** Has the place of a key's value noted in every event, in `slot`. `inside` is the context of its own members. */
  addField(key: Omit<ScannedKey, "id">, field: { readonly slot: number; readonly inside: number }): void;
}

/** Events in one run of bytes. */
export interface ScannedTexts {
  readonly bytes: Buffer;
  /** Start and end of each event, in order. */
  readonly ranges: readonly number[];
}

/** Facts of each event in order, as `scan-format.ts` describes them. */
export interface ScanFacts {
  readonly numbers: Float64Array;
  readonly words: Int32Array;
  /** Index of the first event's facts in `numbers`, and in `words`. */
  readonly numberAt: number;
  readonly wordAt: number;
  /** Number of fields whose places were noted, and the index of the first one's of the first event in `words`. */
  readonly fields: number;
  readonly placeAt: number;
}

/** What the compiled module gives. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
  readonly freeFrom: () => number;
  readonly keyAt: () => number;
  readonly addKey: (what: number, field: number) => void;
  readonly scan: (bytes: number, ranges: number, count: number, into: number, maxDepth: number) => void;
  readonly quote: (text: number, length: number, into: number) => number;
}

/** The part of WebAssembly used here, which Node's types do not declare. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};

/** Texts and facts of more than a publish holds. Larger ones take the parser, so that the memory stays small. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_QUOTED_BYTES = 1024 * 1024;
const PAGE_BYTES = 64 * 1024;
/** Zeros behind the texts, which end every token. */
const MARGIN = 64;
const QUOTE = 0x22;

let scanner: EventScanner | null | undefined;

/** Returns this thread's scanner; null on a host without WebAssembly's SIMD, where the parser reads every event. */
export function eventScanner(): EventScanner | null {
  if (scanner === undefined) scanner = createEventScanner();
  return scanner;
}

function createEventScanner(): EventScanner | null {
  const compiled = compile();
  if (compiled === undefined) return null;
  const { memory, scan, quote, freeFrom } = compiled;
  for (const key of scannedKeys) addKey(compiled, key);
  const textsAt = (freeFrom() + MARGIN) & ~(MARGIN - 1);
  let all = new Uint8Array(memory.buffer);
  let words = new Int32Array(memory.buffer);
  let numbers = new Float64Array(memory.buffer);
  let fields = 0;

  /** Returns whether there is memory for so many bytes. */
  function reserve(bytes: number): boolean {
    const missing = textsAt + bytes - all.length;
    if (missing <= 0) return true;
    try {
      memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch {
      return false;
    }
    all = new Uint8Array(memory.buffer);
    words = new Int32Array(memory.buffer);
    numbers = new Float64Array(memory.buffer);
    return true;
  }

  return {
    scan({ bytes, ranges }, maxDepth) {
      const first = ranges[0] ?? 0;
      const length = (ranges.at(-1) ?? 0) - first;
      const count = ranges.length >> 1;
      const eventBytes = FACTS_BYTES + fields * PLACE_WORDS * 4;
      if (length + count * eventBytes > MOST_BYTES) return undefined;
      const rangesAt = roundedUp(textsAt + length + MARGIN);
      const factsAt = roundedUp(rangesAt + count * 8);
      if (!reserve(factsAt + count * eventBytes - textsAt)) return undefined;
      all.set(bytes.subarray(first, first + length), textsAt);
      all.fill(0, textsAt + length, textsAt + length + MARGIN);
      for (let index = 0, at = rangesAt >> 2; index < ranges.length; index++)
        words[at++] = (ranges[index] ?? 0) - first;
      scan(textsAt, rangesAt, count, factsAt, maxDepth);
      const wordAt = factsAt >> 2;
      return { numbers, words, numberAt: factsAt >> 3, wordAt, fields, placeAt: wordAt + count * FACTS_WORDS };
    },
    quote(bytes, start, end, body, at) {
      const length = end - start;
      if (length > MOST_QUOTED_BYTES) return undefined;
      const into = roundedUp(textsAt + length + MARGIN);
      if (!reserve(into + length * 6 + MARGIN - textsAt)) return undefined;
      all.set(bytes.subarray(start, end), textsAt);
      const written = quote(textsAt, length, into);
      body[at] = QUOTE;
      body.set(all.subarray(into, into + written), at + 1);
      body[at + 1 + written] = QUOTE;
      return at + written + 2;
    },
    addField(key, { slot, inside }) {
      addKey(compiled, { ...key, id: FIELD_ID }, (inside << 8) | (slot + 1));
      fields = Math.max(fields, slot + 1);
    },
  };
}

function compile(): Exports | undefined {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(scannerBinary, "base64"))).exports;
  } catch {
    return undefined;
  }
}

function addKey({ memory, keyAt, addKey: add }: Exports, { key, context, id }: ScannedKey, field = 0): void {
  const staged = new Uint8Array(memory.buffer, keyAt(), 32);
  staged.fill(0).set(Buffer.from(key));
  add((context << 8) | id, field);
}

/** The next multiple of eight. */
function roundedUp(at: number): number {
  return (at + 7) & ~7;
}

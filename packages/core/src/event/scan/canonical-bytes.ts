import type { AcceptedEvent } from "../accepted-event.ts";
import { canonicalBinary } from "./generated/canonical-binary.ts";

/** The canonical form of an event's bytes, and where its members go that a stream adds. */
export interface CanonicalBytes {
  /** Valid until the next event's are written. */
  readonly bytes: Uint8Array;
  /** Offset of the brace of `metadata` in the event's own bytes. */
  readonly metadataAt: number;
  /** Offset of the brace of `unmapped`; 0 if there is none. */
  readonly unmappedAt: number;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
  readonly freeFrom: () => number;
  readonly canonical: (text: number, length: number, into: number) => number;
  readonly metadata: () => number;
  readonly unmapped: () => number;
}

/** The part of WebAssembly used here, which Node's types do not declare. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};

/** Larger events take the parser, so that the memory stays small. */
const MOST_BYTES = 256 * 1024;
const PAGE_BYTES = 64 * 1024;
/** Zeros behind the text, which end every token. */
const MARGIN = 64;

interface Writer extends Exports {
  readonly bytes: Buffer;
  readonly textAt: number;
  readonly intoAt: number;
}

let writer: Writer | null | undefined;

/**
 * Writes an event's canonical form (RFC 8785) from its bytes, several times as fast as from a parsed event. Undefined for
 * one that has a number or an attestation, is written unusually or is large, and on a host without WebAssembly's SIMD:
 * `canonicalJson` says the same of it.
 */
export function canonicalBytes(record: AcceptedEvent): CanonicalBytes | undefined {
  if (writer === undefined) writer = createWriter();
  // A text's UTF-8 has at most three bytes for each of its characters.
  const most = record.utf8 === undefined ? record.bytes * 3 : record.bytes;
  if (writer === null || most > MOST_BYTES) return undefined;
  const { bytes, textAt, intoAt } = writer;
  const textEnd = textAt + record.writeJson(bytes, textAt);
  bytes.fill(0, textEnd, textEnd + MARGIN);
  const length = writer.canonical(textAt, textEnd - textAt, intoAt);
  if (length === 0) return undefined;
  return {
    bytes: bytes.subarray(intoAt, intoAt + length),
    metadataAt: writer.metadata(),
    unmappedAt: writer.unmapped(),
  };
}

function createWriter(): Writer | null {
  try {
    const module = new WebAssembly.Module(Buffer.from(canonicalBinary, "base64"));
    const { exports } = new WebAssembly.Instance(module);
    const textAt = (exports.freeFrom() + MARGIN) & ~(MARGIN - 1);
    const intoAt = textAt + MOST_BYTES + MARGIN;
    const missing = intoAt + MOST_BYTES + MARGIN - exports.memory.buffer.byteLength;
    if (missing > 0) exports.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return { ...exports, bytes: Buffer.from(exports.memory.buffer), textAt, intoAt };
  } catch {
    return null;
  }
}

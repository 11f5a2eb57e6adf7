import type { EventRecord } from "./event-record.ts";

/** An encoded event: text, bytes, or several parts in order. */
export type Encoded = EncodedPart | readonly EncodedPart[];

/**
 * One part of an encoded event: text, UTF-8 bytes, or a reference to the event's JSON. An encoder may write the next event's
 * bytes into the same array: they are copied before it is called again.
 */
export type EncodedPart = string | Uint8Array | EventJson;

/**
 * A reference to an event's JSON. The framework copies its bytes, which are encoded once; a text would be encoded again
 * for each destination.
 */
export interface EventJson {
  readonly record: Pick<EventRecord, "json">;
  /**
   * Index in `record.json` to start from, such as after the opening brace. The skipped part must be ASCII. Default 0.
   */
  readonly from?: number;
  /** Writes it as a JSON string, as `JSON.stringify(record.json)` would. Default false. */
  readonly quoted?: boolean;
}

/** Joins an encoded event to one text. For tests and tools. */
export function encodedText(encoded: Encoded): string {
  return partsOf(encoded).map(textOf).join("");
}

/** Joins an encoded event to one buffer. For tests and tools. */
export function encodedBytes(encoded: Encoded): Buffer {
  return Buffer.concat(partsOf(encoded).map((part) => (part instanceof Uint8Array ? part : Buffer.from(textOf(part)))));
}

/** Returns an encoded event as a list of parts. */
export function partsOf(encoded: Encoded): readonly EncodedPart[] {
  return isList(encoded) ? encoded : [encoded];
}

function textOf(part: EncodedPart): string {
  if (typeof part === "string") return part;
  if (part instanceof Uint8Array) return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("utf8");
  const json = part.record.json.slice(part.from ?? 0);
  return part.quoted === true ? JSON.stringify(json) : json;
}

function isList(encoded: Encoded): encoded is readonly EncodedPart[] {
  return Array.isArray(encoded);
}

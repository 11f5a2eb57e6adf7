import type { EventRecord } from "./event-record.ts";

/** An event as it stands in a body: a text, bytes, or several of these one after the other. */
export type Encoded = EncodedPart | readonly EncodedPart[];

export type EncodedPart = string | Uint8Array | EventJson;

/**
 * Stands for an event's JSON. Put into a text, it would be made into bytes for each destination anew; so the bytes are made
 * once and copied.
 */
export interface EventJson {
  readonly record: Pick<EventRecord, "json">;
  /** Where in `record.json` to begin, such as behind its opening brace. What stands before must be ASCII. 0 if absent. */
  readonly from?: number;
  /** Written as a JSON string, as `JSON.stringify(record.json)` would. False if absent. */
  readonly quoted?: boolean;
}

/** What an encoder made, as one text. For tests and tools. */
export function encodedText(encoded: Encoded): string {
  return partsOf(encoded).map(textOf).join("");
}

/** The same as bytes. */
export function encodedBytes(encoded: Encoded): Buffer {
  return Buffer.concat(partsOf(encoded).map((part) => (part instanceof Uint8Array ? part : Buffer.from(textOf(part)))));
}

/** What an encoder made, always as parts. */
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

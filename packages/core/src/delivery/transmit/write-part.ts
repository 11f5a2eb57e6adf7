import type { EncodedPart } from "../../connector/encoded.ts";
import { encodedText } from "../../connector/encoded.ts";
import type { EventBytes } from "../../event/accepted-event.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";
import { eventScanner } from "../../event/scan/event-scanner.ts";
import { sharedBytes } from "../../event/shared-bytes.ts";

/** Writes a part into a body with enough space and returns the offset after it. */
export function writePart(part: EncodedPart, body: Buffer, at: number): number {
  if (typeof part === "string") return writeText(part, body, at);
  if (part instanceof Uint8Array) {
    body.set(part, at);
    return at + part.length;
  }
  const { record, from = 0, quoted } = part;
  const own = record instanceof AcceptedEvent ? record.ownBytes : undefined;
  if (own !== undefined && from <= 1 && quoted !== true) return copyFrom(own, from, body, at);
  const shared = sharedBytes(record);
  if (shared === undefined) return at + body.write(encodedText(part), at, "utf8");
  const start = shared.start + from;
  if (quoted === true) {
    return eventScanner()?.quote(shared.bytes, start, shared.end, body, at) ?? writeQuoted(shared, start, body, at);
  }
  return at + shared.bytes.copy(body, at, start, shared.end);
}

/**
 * Copies an event's bytes without the first `from`, none or one. All are copied, since a view of the rest would cost as
 * much: the byte that the first one replaces is put back.
 */
function copyFrom(bytes: Buffer, from: number, body: Buffer, at: number): number {
  if (at < from) return at + bytes.copy(body, at, from);
  const before = body[at - 1] ?? 0;
  body.set(bytes, at - from);
  if (from === 1) body[at - 1] = before;
  return at + bytes.length - from;
}

/** Writes text. Most separators and ids are short, and a native call costs more than they do. */
export function writeText(text: string, body: Buffer, at: number): number {
  if (text.length > MOST_LOOPED) return at + body.write(text, at, "utf8");
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= FIRST_NOT_ASCII) return at + body.write(text, at, "utf8");
    body[at + index] = code;
  }
  return at + text.length;
}

/** Returns an upper bound of a part's bytes: fast, and far above the size of most parts. */
export function mostBytes(part: EncodedPart): number {
  if (typeof part === "string") return part.length * 3;
  if (part instanceof Uint8Array) return part.length;
  const { record } = part;
  const utf8 = record instanceof AcceptedEvent ? record.utf8 : undefined;
  if (utf8 !== undefined) {
    const length = utf8.end - utf8.start;
    return part.quoted === true ? length * 6 + 2 : length;
  }
  // Its size is its length. Reading a compact text's length would expand it.
  const length = record instanceof AcceptedEvent ? record.bytes : record.json.length;
  return part.quoted === true ? length * 6 + 2 : length * 3;
}

export function exactBytes(part: EncodedPart): number {
  if (part instanceof Uint8Array) return part.length;
  return Buffer.byteLength(typeof part === "string" ? part : encodedText(part));
}

const MOST_LOOPED = 64;
const FIRST_NOT_ASCII = 0x80;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LOWER_U = 0x75;
const ZERO = 0x30;
const HEX = Buffer.from("0123456789abcdef");

/** Writes JSON text as a JSON string, on a host without SIMD. By bytes it is faster than through a temporary string. */
function writeQuoted({ bytes, end }: EventBytes, start: number, body: Buffer, at: number): number {
  let to = at;
  body[to++] = QUOTE;
  for (let from = start; from < end; from++) {
    const byte = bytes[from] ?? 0;
    if (byte < SPACE) to = writeControl(byte, body, to);
    else {
      if (byte === QUOTE || byte === BACKSLASH) body[to++] = BACKSLASH;
      body[to++] = byte;
    }
  }
  body[to++] = QUOTE;
  return to;
}

/** Writes a control character: white space between tokens of a text from outside. */
function writeControl(byte: number, body: Buffer, at: number): number {
  body[at] = BACKSLASH;
  body[at + 1] = LOWER_U;
  body[at + 2] = ZERO;
  body[at + 3] = ZERO;
  body[at + 4] = HEX[byte >> 4] ?? ZERO;
  body[at + 5] = HEX[byte & 15] ?? ZERO;
  return at + 6;
}

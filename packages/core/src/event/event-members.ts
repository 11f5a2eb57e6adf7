import { CLOSE_BRACE, OPEN_BRACE, stringEnd, wordEnd } from "./json-walk.ts";

/**
 * Where every member and element of an event stands in its text. Made in one pass and shared by all filters and
 * redactions of a thread: parsing would cost three times as much, and lose how numbers are written.
 *
 * Entries stand in the order of the text, five integers each: start and end of the key, start and end of the value, and
 * the entry after everything inside the value. An element of an array has no key.
 */
export interface EventMembers {
  /** The event's UTF-8, one character a byte: offsets in it are offsets in the bytes. */
  readonly text: string;
  readonly entries: Int32Array;
  /** Its first entry in `entries`, and the one after its last. */
  readonly start: number;
  readonly end: number;
  /** Whether the text has escapes, so that a key or a text may be written in several ways. */
  readonly hasEscapes: boolean;
}

/** Integers of an entry. */
export const ENTRY = 5;
export const KEY_START = 0;
export const KEY_END = 1;
export const VALUE_START = 2;
export const VALUE_END = 3;
export const NEXT = 4;
const NO_KEY = -1;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Most integers that the entries of a text take: a member or element has two characters at least. */
export function mostEntries(text: string): number {
  return ((text.length >> 1) + 2) * ENTRY;
}

/**
 * Reads the members of valid JSON text into memory that has space for them. On invalid text the result is undefined, but
 * it ends.
 */
export function readMembers(
  text: string,
  into: Int32Array = new Int32Array(mostEntries(text)),
  start = 0,
): EventMembers {
  const open: number[] = [];
  const kinds: boolean[] = [];
  const { length } = text;
  const hasEscapes = text.includes("\\");
  let isObject = true;
  let used = start;
  let at = text.indexOf("{") + 1;
  while (at < length) {
    let code = text.charCodeAt(at);
    if (code <= SPACE || code === COMMA) {
      at++;
      continue;
    }
    if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      at++;
      const entry = open.pop();
      if (entry === undefined) break;
      into[entry + VALUE_END] = at;
      into[entry + NEXT] = used;
      isObject = kinds.pop() ?? true;
      continue;
    }
    if (used + ENTRY > into.length) break;
    const entry = used;
    used += ENTRY;
    if (isObject) {
      const quoted = hasEscapes ? stringEnd(text, at) : plainEnd(text, at);
      into[entry + KEY_START] = at + 1;
      into[entry + KEY_END] = quoted - 1;
      at = quoted;
      code = text.charCodeAt(at);
      while (at < length && (code <= SPACE || code === COLON)) code = text.charCodeAt(++at);
    } else {
      into[entry + KEY_START] = NO_KEY;
      into[entry + KEY_END] = NO_KEY;
    }
    into[entry + VALUE_START] = at;
    into[entry + VALUE_END] = length;
    into[entry + NEXT] = used;
    if (code === QUOTE) {
      at = hasEscapes ? stringEnd(text, at) : plainEnd(text, at);
      into[entry + VALUE_END] = at;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      open.push(entry);
      kinds.push(isObject);
      isObject = code === OPEN_BRACE;
      at++;
    } else {
      // A character out of place is passed over.
      at = Math.max(at + 1, wordEnd(text, at));
      into[entry + VALUE_END] = at;
    }
  }
  return { text, entries: into, start, end: used, hasEscapes };
}

/** Returns the offset after a string without escapes. */
function plainEnd(text: string, start: number): number {
  const end = text.indexOf('"', start + 1);
  return end < 0 ? text.length : end + 1;
}

/** Returns a text as `EventMembers` holds texts: its UTF-8, one character a byte. */
export function byteText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Returns what a part of an event's `text` says. */
function decoded(part: string): string {
  return BEYOND_ASCII.test(part) ? Buffer.from(part, "latin1").toString("utf8") : part;
}

/** Returns whether the entry's key is `key`, however it is written. `key` is a `byteText`. */
export function hasKey({ text, entries, hasEscapes }: EventMembers, entry: number, key: string): boolean {
  const start = entries[entry + KEY_START] ?? NO_KEY;
  const end = entries[entry + KEY_END] ?? NO_KEY;
  if (start === NO_KEY) return false;
  if (end - start === key.length && text.startsWith(key, start)) return true;
  if (!hasEscapes || !text.slice(start, end).includes("\\")) return false;
  return unescaped(decoded(text.slice(start - 1, end + 1))) === decoded(key);
}

/** Returns what a JSON text says; undefined if it is not valid. */
function unescaped(quoted: string): unknown {
  try {
    return JSON.parse(quoted);
  } catch {
    return undefined;
  }
}

/**
 * Returns the entry of a member among `from` to `end`; -1 if there is none. Of a duplicate key the last counts, as in
 * `JSON.parse`. `key` is a `byteText`.
 */
export function findMember(members: EventMembers, from: number, end: number, key: string): number {
  const { entries } = members;
  let found = -1;
  for (let entry = from; entry < end; entry = entries[entry + NEXT] ?? end) {
    if (hasKey(members, entry, key)) found = entry;
  }
  return found;
}

/** Returns the value of an entry as JavaScript sees it. */
export function valueOf({ text, entries, hasEscapes }: EventMembers, entry: number): unknown {
  const start = entries[entry + VALUE_START] ?? 0;
  const end = entries[entry + VALUE_END] ?? 0;
  if (text.charCodeAt(start) === QUOTE && !hasEscapes) return decoded(text.slice(start + 1, end - 1));
  return unescaped(decoded(text.slice(start, end)));
}

/** Returns the value of an entry as JSON. */
export function jsonOf({ text, entries }: EventMembers, entry: number): string {
  return decoded(text.slice(entries[entry + VALUE_START] ?? 0, entries[entry + VALUE_END] ?? 0));
}

import type { FieldPlaces } from "./scanned-event.ts";
import { PLACE_WORDS, WITH_ESCAPE } from "./scan-format.ts";

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_F = 0x66;
const LOWER_T = 0x74;
/** Integers of so many digits are exact in a double. */
const EXACT_DIGITS = 15;

/** What stands at a field's place. */
export const FIELD = { absent: 0, text: 1, escapedText: 2, number: 3, yes: 4, no: 5, none: 6, container: 7 } as const;
export type FieldForm = (typeof FIELD)[keyof typeof FIELD];

export function fieldForm({ bytes, start, places, at }: FieldPlaces, slot: number): FieldForm {
  const from = places[at + slot * PLACE_WORDS] ?? 0;
  if (from === 0) return FIELD.absent;
  const end = places[at + slot * PLACE_WORDS + 1] ?? 0;
  if (end === 0) return FIELD.container;
  const first = bytes[start + from] ?? 0;
  if (first === QUOTE) return end < 0 ? FIELD.escapedText : FIELD.text;
  if (first === MINUS || (first >= ZERO && first <= NINE)) return FIELD.number;
  if (first === LOWER_T) return FIELD.yes;
  return first === LOWER_F ? FIELD.no : FIELD.none;
}

/** Returns the offset of a value's first byte in the event. */
export function fieldStart({ places, at }: FieldPlaces, slot: number): number {
  return places[at + slot * PLACE_WORDS] ?? 0;
}

/** Returns the offset after a value that is neither an object nor a list. */
export function fieldEnd({ places, at }: FieldPlaces, slot: number): number {
  return (places[at + slot * PLACE_WORDS + 1] ?? 0) & ~WITH_ESCAPE;
}

/** Returns a number as `JSON.parse` does. */
export function fieldNumber(fields: FieldPlaces, slot: number): number {
  const { bytes, start } = fields;
  const from = start + fieldStart(fields, slot);
  const end = start + fieldEnd(fields, slot);
  if (end - from > EXACT_DIGITS) return Number(bytes.toString("latin1", from, end));
  let number = 0;
  for (let at = from; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number(bytes.toString("latin1", from, end));
    number = number * 10 + digit;
  }
  return number;
}

/** Returns a text of either form as `JSON.parse` does. */
export function fieldText(fields: FieldPlaces, slot: number): string {
  const { bytes, start } = fields;
  const from = start + fieldStart(fields, slot);
  const end = start + fieldEnd(fields, slot);
  if (fieldForm(fields, slot) === FIELD.text) return bytes.toString("utf8", from + 1, end - 1);
  return String(JSON.parse(bytes.toString("utf8", from, end)));
}

import type { ByteEdit } from "../event/byte-edit.ts";
import { fieldEnd, fieldStart } from "../event/scan/field-value.ts";
import type { FieldPlaces } from "../event/scan/scanned-event.ts";

const SPACE = 0x20;
const COMMA = 0x2c;

/** Returns the edit that removes a field's member and one of the commas beside it, as `removalEdits` does. */
export function removedField(fields: FieldPlaces, slot: number, depth: number, keyBytes: number): ByteEdit {
  const { bytes, start: first } = fields;
  const end = fieldEnd(fields, slot);
  const colon = before(bytes, first + fieldStart(fields, slot));
  const quote = before(bytes, colon);
  const previous = before(bytes, quote - keyBytes - 1);
  const isFirst = bytes[previous] !== COMMA;
  const start = isFirst ? previous + 1 - first : before(bytes, previous) + 1 - first;
  const next = after(bytes, first + end);
  const moves = depth > 1;
  if (bytes[next] !== COMMA) return { start, end, text: "", moves };
  return { start, end: after(bytes, next + 1) - first, text: isFirst ? "" : ",", moves };
}

/** Returns the last offset before `at` that is not white space. */
function before(bytes: Uint8Array, at: number): number {
  let previous = at - 1;
  while ((bytes[previous] ?? 0) <= SPACE) previous--;
  return previous;
}

function after(bytes: Uint8Array, at: number): number {
  let next = at;
  while ((bytes[next] ?? 0) <= SPACE) next++;
  return next;
}

import { FIELD, fieldEnd, fieldForm, fieldNumber, fieldStart, fieldText } from "../event/scan/field-value.ts";
import type { FieldPlaces } from "../event/scan/scanned-event.ts";
import { MOST_SEARCHED } from "./filter-limits.ts";
import type { Attribute, Comparison, Constant, Operand, Term, TextTest } from "./term.ts";

/** Answers from an event's bytes; undefined where the value itself must be looked at. */
export type FieldAsk = (fields: FieldPlaces) => boolean | undefined;

/** Returns the slot of an attribute in the scanner's notes; undefined if it is found among the members. */
export type SlotOf = (attribute: Attribute) => number | undefined;

/** More are looked up in a set. */
const MOST_COMPARED = 16;
/** Work of a search at worst: the product of both lengths. Longer ones take `contains`, whose time is bounded otherwise. */
const MOST_PRODUCT = 10_000;

/** A value that is neither a list nor an object, as JavaScript sees it; undefined if it is absent or null. */
export function fieldValue(fields: FieldPlaces, slot: number): unknown {
  switch (fieldForm(fields, slot)) {
    case FIELD.text:
    case FIELD.escapedText:
      return fieldText(fields, slot);
    case FIELD.number:
      return fieldNumber(fields, slot);
    case FIELD.yes:
      return true;
    case FIELD.no:
      return false;
    default:
      return undefined;
  }
}

/** Returns a question about one field that its bytes answer; undefined for any other. */
export function fieldAsk(term: Term, slotOf: SlotOf): FieldAsk | undefined {
  switch (term.kind) {
    case "is":
    case "has": {
      const slot = slotOf(term.of);
      if (slot === undefined) return undefined;
      return term.kind === "is" ? askTruth(slot) : askPresence(slot);
    }
    case "compare": {
      const slot = operandSlot(term.left, slotOf);
      return slot === undefined || term.right.kind !== "constant"
        ? undefined
        : askEqual(slot, term.operator, term.right.value);
    }
    case "one of": {
      const slot = operandSlot(term.of, slotOf);
      return slot === undefined ? undefined : askAmong(slot, term.among);
    }
    case "text": {
      const slot = operandSlot(term.of, slotOf);
      return slot === undefined || term.argument.kind !== "constant"
        ? undefined
        : askPart(slot, term.test, term.argument.value);
    }
    default:
      return undefined;
  }
}

function operandSlot(operand: Operand, slotOf: SlotOf): number | undefined {
  return operand.kind === "attribute" && !isKnown(operand.attribute) ? slotOf(operand.attribute) : undefined;
}

const KNOWN = ["class_uid", "severity_id", "time"];

/** Whether the host has read it of every event already. */
export function isKnown({ from, path }: Attribute): boolean {
  return from === "event" && path.length === 1 && KNOWN.includes(path[0] ?? "");
}

function askPresence(slot: number): FieldAsk {
  return (fields) => {
    const form = fieldForm(fields, slot);
    return form !== FIELD.absent && form !== FIELD.none;
  };
}

function askTruth(slot: number): FieldAsk {
  return (fields) => fieldForm(fields, slot) === FIELD.yes;
}

/** Compares with a text for equality; undefined for a text that UTF-8 cannot hold. */
function askEqual(slot: number, operator: Comparison, value: Constant): FieldAsk | undefined {
  const equals = operator === "==";
  if (!equals && operator !== "!=") return undefined;
  if (typeof value !== "string" || !value.isWellFormed()) return undefined;
  const wanted = Buffer.from(value);
  return (fields) => {
    const form = fieldForm(fields, slot);
    if (form === FIELD.escapedText) return undefined;
    return form === FIELD.text && isText(fields, slot, wanted) === equals;
  };
}

function askAmong(slot: number, among: readonly Constant[]): FieldAsk | undefined {
  const texts = among.filter((value) => typeof value === "string" && value.isWellFormed());
  if (texts.length !== among.length || texts.length > MOST_COMPARED) return undefined;
  const wanted = texts.map((value) => Buffer.from(String(value)));
  return (fields) => {
    const form = fieldForm(fields, slot);
    if (form === FIELD.escapedText) return undefined;
    if (form !== FIELD.text) return false;
    for (const text of wanted) if (isText(fields, slot, text)) return true;
    return false;
  };
}

function askPart(slot: number, test: TextTest, part: Constant): FieldAsk | undefined {
  if (typeof part !== "string" || !part.isWellFormed()) return undefined;
  const wanted = Buffer.from(part);
  return (fields) => {
    const form = fieldForm(fields, slot);
    if (form === FIELD.escapedText) return undefined;
    if (form !== FIELD.text) return false;
    const { bytes, start } = fields;
    const from = start + fieldStart(fields, slot) + 1;
    const last = start + fieldEnd(fields, slot) - 1 - wanted.length;
    if (last < from) return false;
    switch (test) {
      case "startsWith":
        return isAt(bytes, from, wanted);
      case "endsWith":
        return isAt(bytes, last, wanted);
      case "contains":
        if (last - from >= MOST_SEARCHED || (last - from + 1) * wanted.length > MOST_PRODUCT) return undefined;
        for (let at = from; at <= last; at++) if (isAt(bytes, at, wanted)) return true;
        return false;
      default:
        return test satisfies never;
    }
  };
}

function isText(fields: FieldPlaces, slot: number, wanted: Uint8Array): boolean {
  const from = fieldStart(fields, slot) + 1;
  return fieldEnd(fields, slot) - 1 - from === wanted.length && isAt(fields.bytes, fields.start + from, wanted);
}

function isAt(bytes: Uint8Array, from: number, wanted: Uint8Array): boolean {
  for (let at = 0; at < wanted.length; at++) if (bytes[from + at] !== wanted[at]) return false;
  return true;
}

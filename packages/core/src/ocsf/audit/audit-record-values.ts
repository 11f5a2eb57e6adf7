import { isJsonObject, type JsonObject, WrittenFloat } from "../json-value.ts";

/** The first of these fields that is text with anything in it. A number is read as text. */
export function textOf(auditRecord: JsonObject, ...names: readonly string[]): string | undefined {
  return firstOf(auditRecord, names, plainText);
}

/** The first of these fields that is a number, or text that holds one. */
export function numberOf(auditRecord: JsonObject, ...names: readonly string[]): number | undefined {
  return firstOf(auditRecord, names, plainNumber);
}

/** As `textOf`. Where the audit record has none of the fields, reads those of its `metadata` and `details`, which some sources use. */
export function detailOf(auditRecord: JsonObject, ...names: readonly string[]): string | undefined {
  for (const place of placesOf(auditRecord)) {
    const found = textOf(place, ...names);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The audit record itself, and the objects in which some sources put what belongs to the one action. */
export function placesOf(auditRecord: JsonObject): readonly JsonObject[] {
  return [auditRecord, auditRecord["metadata"], auditRecord["details"]].filter(isJsonObject);
}

/** A number as JSON text says it, digit by digit where it is beyond 2^53; undefined for what is neither text nor a number. */
export function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return value instanceof WrittenFloat ? String(value.value) : undefined;
}

export function plainNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof WrittenFloat) return value.value;
  return typeof value === "string" && decimal.test(value) ? Number(value) : undefined;
}

const decimal = /^\s*[+-]?\d{1,30}(?:\.\d{1,30})?\s*$/;

function firstOf<Value>(
  auditRecord: JsonObject,
  names: readonly string[],
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  for (const name of names) {
    // An audit record's own field only: `constructor` is one of every object.
    const value = Object.hasOwn(auditRecord, name) ? read(auditRecord[name]) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

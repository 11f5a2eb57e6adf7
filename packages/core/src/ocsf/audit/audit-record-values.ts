import { isJsonObject, type JsonObject, WrittenFloat } from "../json-value.ts";

/** Returns the first of these fields that is non-empty text. A number is read as text. */
export function textOf(auditRecord: JsonObject, ...names: readonly string[]): string | undefined {
  return firstOf(auditRecord, names, plainText);
}

/** Returns the first of these fields that is a number, or text holding one. */
export function numberOf(auditRecord: JsonObject, ...names: readonly string[]): number | undefined {
  return firstOf(auditRecord, names, plainNumber);
}

/** Like `textOf`, and then searches `metadata` and `details`, which some sources use. */
export function detailOf(auditRecord: JsonObject, ...names: readonly string[]): string | undefined {
  for (const place of placesOf(auditRecord)) {
    const found = textOf(place, ...names);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the audit record and the objects in which some sources put details of the action. */
export function placesOf(auditRecord: JsonObject): readonly JsonObject[] {
  return [auditRecord, auditRecord["metadata"], auditRecord["details"]].filter(isJsonObject);
}

/** Returns text, or a number as written in JSON with all its digits beyond 2^53; undefined for anything else. */
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
    // Only own fields: every object has a `constructor`.
    const value = Object.hasOwn(auditRecord, name) ? read(auditRecord[name]) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

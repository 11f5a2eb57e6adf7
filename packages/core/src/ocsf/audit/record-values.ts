import { isJsonObject, type JsonObject, WrittenFloat } from "../json-value.ts";

/** The first of these fields that is text with anything in it. A number is read as text. */
export function textOf(record: JsonObject, ...names: readonly string[]): string | undefined {
  return firstOf(record, names, plainText);
}

/** The first of these fields that is a number, or text that holds one. */
export function numberOf(record: JsonObject, ...names: readonly string[]): number | undefined {
  return firstOf(record, names, plainNumber);
}

/** As `textOf`, and where the record has none of the fields, those of its `metadata` and `details`, which some sources use for them. */
export function detailOf(record: JsonObject, ...names: readonly string[]): string | undefined {
  for (const place of placesOf(record)) {
    const found = textOf(place, ...names);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The record itself, and the objects in which some sources put what belongs to the one action. */
export function placesOf(record: JsonObject): readonly JsonObject[] {
  return [record, record["metadata"], record["details"]].filter(isJsonObject);
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
  record: JsonObject,
  names: readonly string[],
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  for (const name of names) {
    // A record's own field only: `constructor` is one of every object.
    const value = Object.hasOwn(record, name) ? read(record[name]) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

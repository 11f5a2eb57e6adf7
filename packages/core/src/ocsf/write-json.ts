import { WrittenFloat } from "./json-value.ts";
import { floatAttributes, stringifyEvent } from "./stringify-event.ts";

const floats: ReadonlySet<string> = new Set(floatAttributes);

/**
 * Serialises an event that `parseJson` read: floats stay floats and integers keep their digits. An event without such
 * values is written as by `stringifyEvent`.
 */
export function writeEvent(event: object): string {
  return needsCare(event) ? writeValue(event) : stringifyEvent(event);
}

function needsCare(value: unknown): boolean {
  if (typeof value === "bigint" || value instanceof WrittenFloat) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(needsCare);
}

/** Writes a value. With `isFloat`, the attribute is a float, which is written as one even without a fraction. */
function writeValue(value: unknown, isFloat = false): string {
  if (value instanceof WrittenFloat) return writeFloat(value.value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && isFloat) return writeFloat(value);
  if (Array.isArray(value)) return `[${value.map((element) => writeValue(element, isFloat)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : `${JSON.stringify(key)}:${writeValue(member, floats.has(key))}`,
  );
  return `{${members.join(",")}}`;
}

/** Writes a number as a JSON float: with a point or an exponent, even without a fraction. */
export function writeFloat(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

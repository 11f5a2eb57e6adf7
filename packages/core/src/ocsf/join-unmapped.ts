import { isJsonObject, type JsonObject } from "./json-value.ts";

/**
 * Merges two objects for `unmapped` without loss. Objects of the same name are merged; of two other values, `over`'s
 * keeps the name and `under`'s is kept as `NAME_unmapped`.
 */
export function joinUnmapped(under: JsonObject | undefined, over: JsonObject | undefined): JsonObject | undefined {
  if (under === undefined || over === undefined) return under ?? over;
  // A Map, since a member may be named __proto__.
  const joined = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const given = joined.get(key);
    const both = isJsonObject(given) && isJsonObject(value) ? joinUnmapped(given, value) : undefined;
    joined.set(key, both ?? value);
    if (both === undefined && given !== undefined && !isSame(given, value)) joined.set(freeName(joined, key), given);
  }
  return Object.fromEntries(joined);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}

function freeName(taken: ReadonlyMap<string, unknown>, key: string): string {
  let name = `${key}_unmapped`;
  while (taken.has(name)) name += "_";
  return name;
}

import { WrittenFloat, isJsonObject } from "../json-value.ts";
import type { ItemChanges } from "./version-changes.ts";

/** Members of a class or object; in `moved` those that go below `unmapped`. */
export interface ItemParts {
  readonly kept: Map<string, unknown>;
  readonly moved: Map<string, unknown>;
}

/** Changes an item in place to what a later version has. Returns false if it has no valid form there. */
export function convertItem(name: string, parts: ItemParts, changes: ItemChanges | undefined): boolean {
  replaceByHand(name, parts.kept);
  for (const [from, to, form] of changes?.replaced ?? []) {
    const { kept } = parts;
    if (!kept.has(from) || kept.has(to)) continue;
    kept.set(to, form === "list" ? [kept.get(from)] : kept.get(from));
    kept.delete(from);
  }
  for (const attribute of changes?.texts ?? []) {
    const value = parts.kept.get(attribute);
    if (typeof value === "number" || typeof value === "bigint") parts.kept.set(attribute, String(value));
  }
  for (const [attribute, sibling, captions] of changes?.captions ?? []) {
    const caption = captions[String(parts.kept.get(attribute))];
    if (caption !== undefined && parts.kept.has(sibling)) parts.kept.set(sibling, caption);
  }
  return (changes?.constraints ?? []).every(([kind, names]) => fulfil(kind, names, parts));
}

/** Of attributes that exclude each other the first stays. */
function fulfil(kind: string, names: readonly string[], { kept, moved }: ItemParts): boolean {
  const present = names.filter((name) => kept.has(name));
  if (kind === "at_least_one") return present.length > 0;
  for (const name of present.slice(1)) {
    moved.set(name, kept.get(name));
    kept.delete(name);
  }
  return present.length > 0;
}

/** Replacements that the schemas name in prose only. */
function replaceByHand(name: string, kept: Map<string, unknown>): void {
  switch (name) {
    case "location":
      return splitCoordinates(kept);
    case "network_endpoint":
    case "network_proxy":
      return takeIsp(kept);
    default:
  }
}

/** `coordinates` is longitude and latitude, in this order. */
function splitCoordinates(kept: Map<string, unknown>): void {
  const pair = kept.get("coordinates");
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isNumber)) return;
  if (!kept.has("long")) kept.set("long", pair[0]);
  if (!kept.has("lat")) kept.set("lat", pair[1]);
  kept.delete("coordinates");
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || value instanceof WrittenFloat;
}

/** The provider of an address is said beside its location. */
function takeIsp(kept: Map<string, unknown>): void {
  const location = kept.get("location");
  if (!isJsonObject(location) || typeof location["isp"] !== "string" || kept.has("isp")) return;
  const { isp, ...rest } = location;
  kept.set("isp", isp);
  if (Object.keys(rest).length === 0) kept.delete("location");
  else kept.set("location", rest);
}

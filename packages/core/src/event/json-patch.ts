import { CLOSE_BRACE, OPEN_BRACE, skipSpace, stringEnd, valueEnd } from "./json-walk.ts";

/** Members to set in a JSON object: each value is JSON text, or a patch of a nested object. */
export interface JsonPatch {
  readonly [key: string]: string | JsonPatch;
}

/**
 * Sets members in a JSON object's text and keeps every other byte: parsing and serialising would turn 39.0 into 39 and
 * round large integers. An existing member is replaced, a new one is put first.
 */
export function patchJson(json: string, patch: JsonPatch): string {
  const edits: Edit[] = [];
  collectEdits(json, json.indexOf("{"), patch, edits);
  // Insertions at one place keep the patch's order, as sorting is stable.
  edits.sort((a, b) => a.start - b.start);
  let patched = "";
  let at = 0;
  for (const { start, end, text } of edits) {
    patched += json.slice(at, start) + text;
    at = end;
  }
  return patched + json.slice(at);
}

/** Merges two patches; `over` wins where both set a member. */
export function mergePatches(under: JsonPatch, over: JsonPatch): JsonPatch {
  const merged: Record<string, string | JsonPatch> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const given = merged[key];
    const areObjects = typeof value === "object" && typeof given === "object";
    merged[key] = areObjects ? mergePatches(given, value) : value;
  }
  return merged;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function collectEdits(json: string, brace: number, patch: JsonPatch, edits: Edit[]): void {
  const places = placesOf(json, brace, patch);
  const missing: string[] = [];
  for (const [key, value] of Object.entries(patch)) {
    const start = places.get(key);
    if (start === undefined) missing.push(`${JSON.stringify(key)}:${textOf(value)}`);
    else if (typeof value === "object" && json.charCodeAt(start) === OPEN_BRACE) {
      collectEdits(json, start, value, edits);
    } else edits.push({ start, end: valueEnd(json, start), text: textOf(value) });
  }
  if (missing.length === 0) return;
  const isEmpty = json.charCodeAt(skipSpace(json, brace + 1)) === CLOSE_BRACE;
  edits.push({ start: brace + 1, end: brace + 1, text: `${missing.join(",")}${isEmpty ? "" : ","}` });
}

/** Returns the offsets of the patch's members. Of a duplicate key the last counts, as in `JSON.parse`. */
function placesOf(json: string, brace: number, patch: JsonPatch): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  let at = skipSpace(json, brace + 1);
  while (at < json.length && json.charCodeAt(at) !== CLOSE_BRACE) {
    const keyEnd = stringEnd(json, at);
    const key = keyOf(json, at, keyEnd);
    const value = skipSpace(json, skipSpace(json, keyEnd) + 1);
    if (Object.hasOwn(patch, key)) places.set(key, value);
    // After the value comes a comma or the object's end.
    const next = skipSpace(json, valueEnd(json, value));
    at = json.charCodeAt(next) === CLOSE_BRACE ? next : skipSpace(json, next + 1);
  }
  return places;
}

function keyOf(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end - 1);
  return raw.includes("\\") ? String(JSON.parse(`"${raw}"`)) : raw;
}

function textOf(value: string | JsonPatch): string {
  if (typeof value === "string") return value;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`);
  return `{${members.join(",")}}`;
}

import type { EventError } from "./event-error.ts";
import { eventError } from "./event-error.ts";

/**
 * Finds a lone surrogate or a NUL. JSON's grammar allows both, but receivers truncate, replace or refuse them. The text
 * must be valid JSON.
 */
export function textErrorOf(json: string): EventError | undefined {
  if (!json.includes("\\u")) return undefined;
  if (NUL_ESCAPE.test(json)) return eventError("text_invalid", "a string holds a NUL character (\\u0000)");
  if (SURROGATE_ESCAPE.test(json) && !isWellFormed(json)) {
    return eventError("text_invalid", "a string holds half of a surrogate pair, which is no character");
  }
  return undefined;
}

// After an odd number of backslashes it would be text, not an escape.
const NUL_ESCAPE = /(?<!\\)(?:\\\\)*\\u0000/;
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function isWellFormed(json: string): boolean {
  let wellFormed = true;
  JSON.parse(json, (key, value: unknown) => {
    if (LONE_SURROGATE.test(key) || (typeof value === "string" && LONE_SURROGATE.test(value))) wellFormed = false;
    return value;
  });
  return wellFormed;
}

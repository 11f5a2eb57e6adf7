import type { EventError } from "./event-error.ts";
import { eventError } from "./event-error.ts";

/**
 * A lone surrogate or a NUL is legal in JSON's grammar and poison further on: receivers cut, replace or refuse it. The text
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

// An even number of backslashes before it would make it text, not an escape.
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

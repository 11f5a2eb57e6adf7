/**
 * Makes a text storable in PostgreSQL. Quotes of a SIEM's answer are truncated, which may leave a lone surrogate, and
 * may contain a NUL. Neither can be stored, and one of them would fail a whole statement.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", REPLACEMENT);
}

/** JSON for a column, with storable keys and texts. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return UNSTORABLE.test(json) ? JSON.stringify(storable(JSON.parse(json))) : json;
}

const REPLACEMENT = "\u{fffd}";
/** Matches a NUL or a lone surrogate as `JSON.stringify` writes it. An escaped backslash before it may match too. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storableText(key), storable(member)]));
}

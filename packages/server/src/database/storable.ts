/**
 * Texts as PostgreSQL can keep them. What SIEMs say is quoted and cut, which may leave half of a surrogate pair, and it
 * may hold a NUL: neither can be stored, and one of them would have a whole statement refused.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", REPLACEMENT);
}

/** JSON for a column, its keys and texts storable. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return UNSTORABLE.test(json) ? JSON.stringify(storable(JSON.parse(json))) : json;
}

const REPLACEMENT = "\u{fffd}";
/** As `JSON.stringify` writes a NUL or half of a pair. An escaped backslash before it may be taken for one. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storableText(key), storable(member)]));
}

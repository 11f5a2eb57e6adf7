/**
 * Returns the canonical form of a value that `JSON.parse` returned (RFC 8785): members in the order of their UTF-16 code
 * units, and no white space. Two texts with the same content have the same canonical form.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return canonicalList(value);
  return isMembers(value) ? canonicalObject(value) : JSON.stringify(value);
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function canonicalList(list: readonly unknown[]): string {
  let text = "[";
  for (let index = 0; index < list.length; index++) text += (index === 0 ? "" : ",") + canonicalJson(list[index]);
  return `${text}]`;
}

function canonicalObject(object: Readonly<Record<string, unknown>>): string {
  let text = "{";
  // Without a comparison, JavaScript sorts texts by their code units.
  // oxlint-disable-next-line unicorn/no-array-sort
  for (const key of Object.keys(object).sort()) {
    text += `${text === "{" ? "" : ","}${quotedKey(key)}:${canonicalJson(object[key])}`;
  }
  return `${text}}`;
}

/** Keys repeat in all events of a class. */
const quotedKeys = new Map<string, string>();
const MOST_KEYS = 4096;

function quotedKey(key: string): string {
  let quoted = quotedKeys.get(key);
  if (quoted === undefined) {
    quoted = JSON.stringify(key);
    if (quotedKeys.size < MOST_KEYS && key.length < 64) quotedKeys.set(key, quoted);
  }
  return quoted;
}

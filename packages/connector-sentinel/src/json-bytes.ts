// Works on bytes: on text of mixed representation, the same loops take twice as long.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const OF_QUOTE = 1;
const OF_BACKSLASH = 2;
const OF_OPENING = 3;
const OF_CLOSING = 4;
const KINDS = new Uint8Array(256);
KINDS[QUOTE] = OF_QUOTE;
KINDS[BACKSLASH] = OF_BACKSLASH;
KINDS[OPEN_BRACKET] = OF_OPENING;
KINDS[OPEN_BRACE] = OF_OPENING;
KINDS[CLOSE_BRACKET] = OF_CLOSING;
KINDS[CLOSE_BRACE] = OF_CLOSING;

/** Returns the first index from `at` that is not white space. */
export function skipSpace(json: Uint8Array, at: number): number {
  let index = at;
  while ((json[index] ?? QUOTE) <= SPACE) index += 1;
  return index;
}

/** Returns the index after the string whose opening quote is at `open`. */
export function stringEnd(json: Uint8Array, open: number, end: number): number {
  let at = open + 1;
  while (at < end) {
    const byte = json[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  throw new SyntaxError("the event's JSON ends within a string");
}

/** Returns the index after the value at `start`. */
export function valueEnd(json: Uint8Array, start: number, end: number): number {
  const first = json[start];
  if (first === QUOTE) return stringEnd(json, start, end);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(json, start, end);
  let at = start;
  while (at < end) {
    const byte = json[at] ?? SPACE;
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= SPACE) return at;
    at += 1;
  }
  return end;
}

function nestedEnd(json: Uint8Array, start: number, end: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < end; at += 1) {
    const kind = KINDS[json[at] ?? 0];
    // Most bytes need only one table look-up.
    if (kind === 0) continue;
    if (kind === OF_QUOTE) inString = !inString;
    else if (kind === OF_BACKSLASH) at += 1;
    else if (!inString) {
      depth += kind === OF_OPENING ? 1 : -1;
      if (depth === 0) return at + 1;
    }
  }
  throw new SyntaxError("the event's JSON ends within an object or an array");
}

/** Returns whether a backslash occurs between `start` and `end`. */
export function hasEscape(json: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (json[at] === BACKSLASH) return true;
  return false;
}

export function isString(json: Uint8Array, start: number): boolean {
  return json[start] === QUOTE;
}

export function isObject(json: Uint8Array, start: number): boolean {
  return json[start] === OPEN_BRACE;
}

export function isList(json: Uint8Array, start: number): boolean {
  return json[start] === OPEN_BRACKET;
}

/** Returns whether another member follows at `at`, after a value. */
export function isComma(json: Uint8Array, at: number): boolean {
  return json[at] === COMMA;
}

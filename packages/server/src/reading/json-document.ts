/** What a body of JSON holds, found without parsing it: events keep their bytes (39.0 stays 39.0). */
export type JsonDocument =
  /** One value: an event, if it is an object. */
  | { readonly kind: "value"; readonly value: Range }
  /** An array, by its elements. */
  | { readonly kind: "array"; readonly elements: readonly Range[] }
  /** Several objects, one on each line. */
  | { readonly kind: "lines" }
  | { readonly kind: "blank" }
  | { readonly kind: "broken"; readonly reason: string };

export interface Range {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LINE_FEED = 0x0a;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export function readJsonDocument(body: Buffer): JsonDocument {
  const start = skipBlank(body, body.subarray(0, 3).equals(BOM) ? 3 : 0);
  if (start === body.length) return { kind: "blank" };
  if (body[start] === OPEN_BRACKET) return readArray(body, start);
  const end = valueEnd(body, start);
  if (end === undefined) return endsEarly;
  const next = skipBlank(body, end);
  if (next === body.length) return { kind: "value", value: { start, end } };
  const isOnOneLine = !body.subarray(start, end).includes(LINE_FEED);
  const isAlone = body.subarray(end, next).includes(LINE_FEED);
  if (body[start] === OPEN_BRACE && isOnOneLine && isAlone) return { kind: "lines" };
  return { kind: "broken", reason: `something follows the first value, at byte ${next}` };
}

const endsEarly: JsonDocument = { kind: "broken", reason: "it ends in the middle of a value" };

function readArray(body: Buffer, start: number): JsonDocument {
  const elements: Range[] = [];
  let at = skipBlank(body, start + 1);
  if (body[at] === CLOSE_BRACKET) return arrayOf(body, elements, at);
  while (true) {
    const end = valueEnd(body, at);
    if (end === undefined) return endsEarly;
    if (end === at) return { kind: "broken", reason: `an element is missing at byte ${at}` };
    elements.push({ start: at, end });
    const next = skipBlank(body, end);
    if (body[next] === CLOSE_BRACKET) return arrayOf(body, elements, next);
    if (next === body.length) return endsEarly;
    if (body[next] !== COMMA) return { kind: "broken", reason: `expected "," or "]" at byte ${next}` };
    at = skipBlank(body, next + 1);
  }
}

function arrayOf(body: Buffer, elements: readonly Range[], closedAt: number): JsonDocument {
  const next = skipBlank(body, closedAt + 1);
  if (next === body.length) return { kind: "array", elements };
  return { kind: "broken", reason: `something follows the array, at byte ${next}` };
}

/** Where the value that begins at `start` ends; undefined when the body ends first. It may still not be valid JSON. */
function valueEnd(body: Buffer, start: number): number | undefined {
  switch (body[start]) {
    case OPEN_BRACE:
    case OPEN_BRACKET:
      return nestedEnd(body, start);
    case QUOTE:
      return stringEnd(body, start);
    case undefined:
      return undefined;
    default:
      return wordEnd(body, start);
  }
}

function nestedEnd(body: Buffer, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < body.length; at++) {
    switch (body[at]) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (--depth === 0) return at + 1;
        break;
      case QUOTE: {
        const end = stringEnd(body, at);
        if (end === undefined) return undefined;
        at = end - 1;
        break;
      }
      default:
    }
  }
  return undefined;
}

function stringEnd(body: Buffer, start: number): number | undefined {
  for (let at = start + 1; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return undefined;
}

function wordEnd(body: Buffer, start: number): number {
  let at = start;
  while (at < body.length && !isBlank(body[at]) && body[at] !== COMMA && body[at] !== CLOSE_BRACKET) at++;
  return at;
}

function skipBlank(body: Buffer, start: number): number {
  let at = start;
  while (at < body.length && isBlank(body[at])) at++;
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}

// Steps through valid JSON text. On invalid text the results are undefined, but every function ends.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** Returns the first offset from `start` that is not white space. */
export function skipSpace(json: string, start: number): number {
  let at = start;
  while (isSpace(json.charCodeAt(at))) at++;
  return at;
}

/** Returns the offset after the string whose opening quote is at `start`; the text's end if it is not closed. */
export function stringEnd(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end > 0 && json.charCodeAt(end - 1) === BACKSLASH && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end < 0 ? json.length : end + 1;
}

/** Returns the offset after the value at `start`. */
export function valueEnd(json: string, start: number): number {
  const first = json.charCodeAt(start);
  if (first === QUOTE) return stringEnd(json, start);
  return first === OPEN_BRACE || first === OPEN_BRACKET ? containerEnd(json, start) : wordEnd(json, start);
}

function containerEnd(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(json, at) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) return at + 1;
  }
  return json.length;
}

/** Returns the offset after the number or word at `start`. */
export function wordEnd(json: string, start: number): number {
  let at = start;
  while (at < json.length && !endsWord(json.charCodeAt(at))) at++;
  return at;
}

function endsWord(code: number): boolean {
  return code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || isSpace(code);
}

const COMMA = 0x2c;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Returns whether an odd number of backslashes precedes it. */
function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

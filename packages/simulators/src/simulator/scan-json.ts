const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The index after the object that begins at `open`; -1 when it is incomplete. Examines only braces and strings. */
export function endOfObject(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at) - 1;
      if (at < 0) return -1;
    } else if (code === OPEN_BRACE) depth += 1;
    else if (code === CLOSE_BRACE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The index after the string whose opening quote is at `open`; -1 when it is incomplete. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close !== -1 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close + 1 || -1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/**
 * The string under `key` in the object that begins at `open`, without unescaping; undefined when absent. Nested objects
 * are skipped.
 */
export function stringMember(text: string, open: number, key: string): string | undefined {
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== CLOSE_BRACE) {
    const code = text.charCodeAt(at);
    if (code === OPEN_BRACE) at = endOfObject(text, at);
    else if (code !== QUOTE) at += 1;
    else {
      const end = endOfString(text, at);
      if (end === -1) return undefined;
      const isKey = text.startsWith(':"', end) && end - at - 2 === key.length && text.startsWith(key, at + 1);
      if (isKey) return text.slice(end + 2, endOfString(text, end + 1) - 1);
      at = end;
    }
    if (at === -1) return undefined;
  }
  return undefined;
}

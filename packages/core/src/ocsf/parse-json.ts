import { WrittenFloat } from "./json-value.ts";

/**
 * Parses JSON like `JSON.parse`, but keeps floats without a fraction as `WrittenFloat` and integers beyond 2^53 as
 * `bigint`. Also refuses lone surrogates and numbers too large for a double, as the official server does. Throws a
 * `SyntaxError`.
 */
export function parseJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  // The grammar is valid from here on, so that the second pass need not check it.
  return needsCare(text) ? readWithCare(text) : plain;
}

/** Returns whether a number may lose information in `JSON.parse`, or a string may hold a lone surrogate. */
function needsCare(text: string): boolean {
  if (text.includes("\\ud") || text.includes("\\uD")) return true;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (isDigit(code)) {
      const end = endOfNumber(text, at);
      if (end < 0) return true;
      at = end;
    } else at += 1;
  }
  return false;
}

/** Returns the end of a number; -1 if it has an exponent, more than 15 digits, or a fraction of zeros. */
function endOfNumber(text: string, start: number): number {
  let at = start;
  let hasPoint = false;
  let hasFraction = false;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === point) hasPoint = true;
    else if (!isDigit(code)) break;
    else if (hasPoint && code !== zero) hasFraction = true;
  }
  const hasExponent = (text.charCodeAt(at) | 0x20) === exponent;
  return hasExponent || at - start > 15 || (hasPoint && !hasFraction) ? -1 : at;
}

const quote = 0x22;
const point = 0x2e;
const zero = 0x30;
const exponent = 0x65;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

type Container = { readonly list: unknown[] } | { readonly members: [string, unknown][]; key: string };

/** Parses without recursion, so that only memory bounds the depth. */
function readWithCare(text: string): unknown {
  const open: Container[] = [];
  let result: unknown;
  let expectsKey = false;

  function take(value: unknown): void {
    const parent = open.at(-1);
    if (parent === undefined) result = value;
    else if ("list" in parent) parent.list.push(value);
    else parent.members.push([parent.key, value]);
  }

  for (let at = 0; at < text.length; ) {
    const char = text[at];
    if (char === "{") {
      open.push({ members: [], key: "" });
      expectsKey = true;
      at += 1;
    } else if (char === "[") {
      open.push({ list: [] });
      expectsKey = false;
      at += 1;
    } else if (char === "}" || char === "]") {
      const closed = open.pop();
      // `fromEntries` defines members, so that one named __proto__ stays a member.
      if (closed !== undefined) take("list" in closed ? closed.list : Object.fromEntries(closed.members));
      expectsKey = false;
      at += 1;
    } else if (char === ",") {
      expectsKey = "members" in (open.at(-1) ?? {});
      at += 1;
    } else if (char === '"') {
      const end = endOfString(text, at);
      const value = readString(text.slice(at, end));
      const parent = open.at(-1);
      if (expectsKey && parent !== undefined && "members" in parent) parent.key = value;
      else take(value);
      expectsKey = false;
      at = end;
    } else if (char === ":" || char === " " || char === "\n" || char === "\t" || char === "\r") {
      at += 1;
    } else {
      const end = endOfWord(text, at);
      take(readWord(text.slice(at, end)));
      at = end;
    }
  }
  return result;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === "\\") first -= 1;
  return (at - first) % 2 === 1;
}

function readString(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  const value: unknown = JSON.parse(quoted);
  if (typeof value !== "string" || halfOfPair.test(value)) {
    throw new SyntaxError("A string holds half of a surrogate pair.");
  }
  return value;
}

const halfOfPair = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !'{}[]:," \n\t\r'.includes(text.charAt(at))) at += 1;
  return at;
}

function readWord(word: string): unknown {
  const value: unknown = JSON.parse(word);
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) throw new SyntaxError(`The number ${word} is too large for a double.`);
  if (/[.eE]/.test(word)) return Number.isInteger(value) ? new WrittenFloat(value) : value;
  return Number.isSafeInteger(value) ? value : BigInt(word);
}

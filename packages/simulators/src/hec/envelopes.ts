import { isObject, parseJson } from "../simulator/json.ts";
import { endOfObject } from "../simulator/scan-json.ts";

/** One JSON object of a body, with its source text. */
export interface Envelope {
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Envelopes {
  readonly envelopes: readonly Envelope[];
  /** Whether text other than a JSON object follows the last envelope. */
  readonly broken: boolean;
}

/** Splits a body into JSON objects, separated by line breaks, white space or nothing. */
export function splitEnvelopes(body: string): Envelopes {
  if (body.trimStart().startsWith("[")) return splitArray(body);
  const envelopes: Envelope[] = [];
  // Most clients write one object per line. The first other line ends this fast path.
  let byLine = true;
  let at = skipSpace(body, 0);
  while (at < body.length) {
    const lineEnd = byLine ? endOfLine(body, at) : -1;
    let text = lineEnd === -1 ? "" : body.slice(at, lineEnd);
    let value = text === "" ? undefined : parseObject(text);
    if (value === undefined) {
      byLine = false;
      const end = body[at] === "{" ? endOfObject(body, at) : -1;
      text = end === -1 ? "" : body.slice(at, end);
      value = parseObject(text);
    }
    if (value === undefined) return { envelopes, broken: true };
    envelopes.push({ text, value });
    at = skipSpace(body, at + text.length);
  }
  return { envelopes, broken: false };
}

/** Undocumented, but accepted by Splunk 10.4: objects in one array. */
function splitArray(body: string): Envelopes {
  const value = parseJson(body);
  if (!Array.isArray(value)) return { envelopes: [], broken: true };
  const envelopes: Envelope[] = [];
  for (const item of value as readonly unknown[]) {
    if (!isObject(item)) return { envelopes, broken: true };
    envelopes.push({ text: JSON.stringify(item), value: item });
  }
  return { envelopes, broken: false };
}

function endOfLine(body: string, from: number): number {
  const end = body.indexOf("\n", from);
  return end === -1 ? body.length : end;
}

function skipSpace(body: string, from: number): number {
  let at = from;
  while (at < body.length && body.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function parseObject(text: string): Envelope["value"] | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

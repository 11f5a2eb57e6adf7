import { sourceRange, viewsOf } from "./decoded-views.ts";
import type { Find } from "./find-secrets.ts";
import { createFinder } from "./find-secrets.ts";
import { formsOf } from "./secret-forms.ts";

/** Replaces secrets in a text by a mark. */
export type Hide = (text: string) => string;

const MARK = "[secret]";
/** Matches JSON Web Tokens. A fetched token is in no configuration, and nothing else looks like this. */
const JSON_WEB_TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)*/g;

/**
 * Returns a function that hides a configuration's secrets in a text. Reasons quote answers of SIEMs and proxies, which
 * may repeat a credential.
 *
 * Finds the secret itself, its base64 at any alignment and its hexadecimal; each complete, or truncated at either end
 * down to a third but never below 8 characters; and all of these under percent-encoding, HTML entities and backslash
 * escapes, mixed up to four layers deep. Base64 is hidden to its end. JSON Web Tokens are always hidden.
 */
export function hiderOf(config: unknown): Hide {
  return hiderOfTexts(() => secretsIn(config));
}

/** Returns a function that hides these secrets in the same way. */
export function hiderOfTexts(secrets: () => Iterable<string>): Hide {
  // Built at first use: most destinations never fail.
  let find: Find | undefined;
  return (text) => {
    find ??= createFinder([...new Set(secrets())].flatMap(formsOf));
    return marked(text, rangesIn(text, find));
  };
}

type Range = readonly [start: number, end: number];

function rangesIn(text: string, find: Find): readonly Range[] {
  return viewsOf(text).flatMap((view) => {
    const tokens = [...view.text.matchAll(JSON_WEB_TOKEN)].map(({ 0: token, index }) => {
      return { start: index, end: index + token.length };
    });
    return [...find(view.text), ...tokens].map(({ start, end }) => sourceRange(view, start, end));
  });
}

/** Replaces each range by a mark, and touching ranges by one. */
function marked(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  let result = "";
  let at = 0;
  let markedTo = -1;
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (start > markedTo) result += `${text.slice(at, start)}${MARK}`;
    markedTo = Math.max(markedTo, end);
    at = markedTo;
  }
  return result + text.slice(at);
}

function* secretsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  // Recognised by its method, not its class: a connector may bring its own copy of this library.
  if ("reveal" in value && typeof value.reveal === "function") {
    const revealed: unknown = value.reveal();
    if (typeof revealed === "string") yield revealed;
    return;
  }
  for (const inner of Object.values(value)) yield* secretsIn(inner);
}

import { sourceRange, viewsOf } from "./decoded-views.ts";
import type { Find } from "./find-secrets.ts";
import { createFinder } from "./find-secrets.ts";
import { formsOf } from "./secret-forms.ts";

/** Hides secrets in a text. */
export type Hide = (text: string) => string;

const MARK = "[secret]";
/** A token that was fetched with a secret is in no configuration. Nothing else looks like this. */
const JSON_WEB_TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)*/g;

/**
 * Hides the secrets of a configuration in a text. A SIEM's answer, or a proxy's, may repeat the credential it was given,
 * and a reason quotes answers. Found are: the secret itself, its base64 whatever stands before and after it there, and its
 * hexadecimal; each whole or cut at either end, down to a third of it but never less than 8 characters; and all of that under
 * percent-encoding, HTML entities, JSON's and other backslash escapes, in any mixture up to four layers deep. Base64 is
 * hidden as far as it goes on. JSON Web Tokens are hidden as well.
 */
export function hiderOf(config: unknown): Hide {
  // Most destinations never fail, and need none of it.
  let find: Find | undefined;
  return (text) => {
    find ??= createFinder([...new Set(secretsIn(config))].flatMap(formsOf));
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

/** The text with a mark in the place of each range, and one for those that touch. */
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
  // By its method, not its class: a connector may bring its own copy of this library.
  if ("reveal" in value && typeof value.reveal === "function") {
    const revealed: unknown = value.reveal();
    if (typeof revealed === "string") yield revealed;
    return;
  }
  for (const inner of Object.values(value)) yield* secretsIn(inner);
}

import type { SecretForm } from "./secret-forms.ts";
import { SHORTEST_CUT } from "./secret-forms.ts";

/** A part of a text that reveals part of a secret. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** Finds the forms in a text, complete or truncated. */
export type Find = (text: string) => readonly Found[];

const BITS_PER_GRAM = 64;

export function createFinder(forms: readonly SecretForm[]): Find {
  const short = forms.filter(({ text }) => text.length < SHORTEST_CUT);
  const long = forms.filter(({ text }) => text.length >= SHORTEST_CUT);
  const candidates = createGramFilter(long.map(({ text }) => text));
  return (text) => [...short.flatMap((form) => wholes(text, form)), ...parts(text, long, candidates)];
}

function wholes(text: string, form: SecretForm): readonly Found[] {
  const found: Found[] = [];
  for (let at = text.indexOf(form.text); at >= 0; at = text.indexOf(form.text, at + form.text.length)) {
    found.push(extended(text, form, at, at + form.text.length));
  }
  return found;
}

function parts(text: string, forms: readonly SecretForm[], candidates: FindCandidates): readonly Found[] {
  const found: Found[] = [];
  let from = 0;
  for (const at of candidates(text)) {
    if (at < from) continue;
    const best = longestAt(text, at, forms);
    if (best === undefined) continue;
    found.push(best);
    // Another part may begin before this one's end.
    from = best.end - SHORTEST_CUT + 1;
  }
  return found;
}

function longestAt(text: string, at: number, forms: readonly SecretForm[]): Found | undefined {
  const gram = text.slice(at, at + SHORTEST_CUT);
  let best: Found | undefined;
  for (const form of forms) {
    for (let from = form.text.indexOf(gram); from >= 0; from = form.text.indexOf(gram, from + 1)) {
      let length = SHORTEST_CUT;
      while (from + length < form.text.length && text[at + length] === form.text[from + length]) length++;
      if (length < form.leastCut || (best !== undefined && at + length <= best.end)) continue;
      best = extended(text, form, at, at + length);
    }
  }
  return best;
}

function extended(text: string, { isBase64 }: SecretForm, start: number, end: number): Found {
  if (!isBase64) return { start, end };
  let from = start;
  let to = end;
  while (from > 0 && BASE64.test(text[from - 1] ?? "")) from--;
  while (to < text.length && BASE64.test(text[to] ?? "")) to++;
  while (text[to] === "=") to++;
  return { start: from, end: to };
}

const BASE64 = /[A-Za-z0-9+/_-]/;

/** Returns ascending positions where part of a secret may stand: all that do, and few others. */
type FindCandidates = (text: string) => readonly number[];

/** Fast filter: reasons are quoted for every refused event, and most hold no secret. */
function createGramFilter(texts: readonly string[]): FindCandidates {
  const count = texts.reduce((sum, text) => sum + text.length, 0);
  const bits = 2 ** Math.ceil(Math.log2(Math.max(BITS_PER_GRAM, count * BITS_PER_GRAM)));
  const known = new Uint8Array(bits >> 3);
  for (const text of texts) {
    eachGram(text, (hash) => {
      const bit = hash & (bits - 1);
      known[bit >> 3] = (known[bit >> 3] ?? 0) | (1 << (bit & 7));
    });
  }
  return (text) => {
    const found: number[] = [];
    eachGram(text, (hash, at) => {
      const bit = hash & (bits - 1);
      if (((known[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0) found.push(at);
    });
    return found;
  };
}

const BASE = 0x01_00_01_93;
/** Weight of a character when it leaves the rolling hash. */
const LEAVING = powerOf(BASE, SHORTEST_CUT);

/** Visits the rolling hash of each group of neighbouring characters. */
function eachGram(text: string, visit: (hash: number, at: number) => void): void {
  let sum = 0;
  for (let end = 0; end < text.length; end++) {
    sum = (Math.imul(sum, BASE) + text.charCodeAt(end)) | 0;
    if (end >= SHORTEST_CUT) sum = (sum - Math.imul(text.charCodeAt(end - SHORTEST_CUT), LEAVING)) | 0;
    if (end >= SHORTEST_CUT - 1) visit(Math.imul(sum ^ (sum >>> 15), BASE) >>> 7, end - SHORTEST_CUT + 1);
  }
}

function powerOf(base: number, exponent: number): number {
  let power = 1;
  for (let count = 0; count < exponent; count++) power = Math.imul(power, base);
  return power;
}

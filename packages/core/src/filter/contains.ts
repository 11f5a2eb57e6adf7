import { MOST_SEARCHED } from "./filter-limits.ts";

/** Work that the engine's own search may take at worst: the product of both lengths. */
const MOST_PRODUCT = 100_000;

/**
 * Returns whether a text, of which the first characters are looked at, has a part. The engine's own search takes time in
 * proportion to the product of the lengths for some parts, such as `ab` and many `a` in a text of `a`; for long ones, this
 * takes time in proportion to their sum.
 */
export function contains(text: string, part: string): boolean {
  const most = Math.min(text.length, MOST_SEARCHED);
  if (part.length > most) return false;
  const searched = text.length > most ? text.slice(0, most) : text;
  return most * part.length <= MOST_PRODUCT ? searched.includes(part) : containsLinear(searched, part);
}

/** Knuth, Morris and Pratt's search. */
function containsLinear(text: string, part: string): boolean {
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched++;
    if (matched === part.length) return true;
  }
  return false;
}

/** Returns, for each beginning of a part, the length of its longest proper beginning that it also ends with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let border = 0;
  for (let at = 1; at < part.length; at++) {
    const code = part.charCodeAt(at);
    while (border > 0 && part.charCodeAt(border) !== code) border = borders[border - 1] ?? 0;
    if (part.charCodeAt(border) === code) border++;
    borders[at] = border;
  }
  return borders;
}

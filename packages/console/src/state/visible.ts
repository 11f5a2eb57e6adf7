/** A part of a text: as it is, or a character that is not seen or turns the text around, by its number. */
export type VisiblePart = { readonly text: string; readonly isOdd: boolean };

// Control characters, zero-width ones, bidirectional marks, overrides and isolates, tags: what hides or reorders text.
const ODD = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const DIVIDED = /([\p{Cc}\p{Cf}\u2028\u2029])/gu;
const PLAIN = new Set(["\n", "\r", "\t"]);

/** Divides a text from outside so that what hides or reorders it is seen. */
export function visibleParts(text: string): VisiblePart[] {
  return text
    .split(DIVIDED)
    .filter((part) => part !== "")
    .map((part, at, parts) => {
      const isOdd = ODD.test(part) && !PLAIN.has(part) && !joinsSymbols(part, parts[at - 1]);
      return isOdd ? { text: `U+${numberOf(part)}`, isOdd } : { text: part, isOdd };
    });
}

/** The same where only plain text can stand, such as the window's title. */
export function visibleText(text: string): string {
  return visibleParts(text)
    .map((part) => part.text)
    .join("");
}

/** The joiner inside of a symbol such as a family: without it there would be three. */
function joinsSymbols(part: string, before: string | undefined): boolean {
  return part === "\u200D" && before !== undefined && /\p{Extended_Pictographic}\uFE0F?$/u.test(before);
}

function numberOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

/** How text is written in one place of a format. */
export interface TextRules {
  /** Characters that cannot be written, and their replacement, a space. */
  readonly blanks: Substitutes;
  /** Characters with a meaning, and their escapes. */
  readonly escapes: Substitutes;
}

/** Replacement of each ASCII character by its code; a character without one stays. */
export type Substitutes = readonly (string | undefined)[];

const ASCII = 128;
const LINE_BREAKS = "\n\r";

/** Control characters: some receivers end a message at NUL or rewrite the others. */
const CONTROLS = Array.from({ length: ASCII }, (_, code) => String.fromCharCode(code)).filter(
  (character) => character < " " || character === "\u007f",
);

/** Rules of the CEF header: no line breaks; `=` needs no escape. */
export const cefHeader = rules(CONTROLS, { "\\": "\\\\", "|": "\\|" });

/** Rules of CEF values: the pipe needs no escape, and a tab is text. */
export const cefValue = rules(
  CONTROLS.filter((character) => !`${LINE_BREAKS}\t`.includes(character)),
  { "\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\r" },
);

/** LEEF has no escapes. This delimiter survives receivers that strip control characters such as tabs. */
export const LEEF_DELIMITER = "^";
export const leefHeader = rules([...CONTROLS, "|", LEEF_DELIMITER], {});
export const leefValue = rules([...CONTROLS, LEEF_DELIMITER], {});

/**
 * Returns the text without forbidden characters and outer white space, in at most `max` UTF-16 units, without splitting
 * a character.
 */
export function upTo(max: number, text: string, { blanks }: TextRules): string {
  // Look at no more of a long text than can remain.
  const clean = substituted(cut(text, max * 2), blanks).trim();
  return cut(clean, max).trimEnd();
}

export function escaped(text: string, { escapes }: TextRules): string {
  return substituted(text, escapes);
}

/** Returns the longest start of a text that takes at most `maxBytes` of UTF-8 once escaped. */
export function fitting(maxBytes: number, text: string, place: TextRules): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(escaped(character, place));
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end).trimEnd();
}

function substituted(text: string, table: Substitutes): string {
  let done = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const substitute = code < ASCII ? table[code] : undefined;
    if (substitute === undefined) continue;
    done += text.slice(from, at) + substitute;
    from = at + 1;
  }
  return from === 0 ? text : done + text.slice(from);
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const splitsPair = (text.charCodeAt(max - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(max) & 0xfc00) === 0xdc00;
  return text.slice(0, splitsPair ? max - 1 : max);
}

function rules(blanks: readonly string[], escapes: Readonly<Record<string, string>>): TextRules {
  return { blanks: tableOf(Object.fromEntries(blanks.map((blank) => [blank, " "]))), escapes: tableOf(escapes) };
}

function tableOf(entries: Readonly<Record<string, string>>): Substitutes {
  return Array.from({ length: ASCII }, (_, code) => entries[String.fromCharCode(code)]);
}

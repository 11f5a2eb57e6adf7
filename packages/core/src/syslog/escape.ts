/** How one place of a format takes text. */
export interface TextRules {
  /** What the place cannot hold in any form, and what stands there instead: a space. */
  readonly blanks: Substitutes;
  /** What means something there, and how it is written. */
  readonly escapes: Substitutes;
}

/** What stands for each character of ASCII, by its code; a character without an entry stays as it is. */
export type Substitutes = readonly (string | undefined)[];

const ASCII = 128;
const LINE_BREAKS = "\n\r";

/** Some receivers end a message at NUL, others write control characters in ways of their own. */
const CONTROLS = Array.from({ length: ASCII }, (_, code) => String.fromCharCode(code)).filter(
  (character) => character < " " || character === "\u007f",
);

/** A line break is not allowed here, and `=` is a character like any other. */
export const cefHeader = rules(CONTROLS, { "\\": "\\\\", "|": "\\|" });

/** The pipe is a character like any other here, and a tab is text. */
export const cefValue = rules(
  CONTROLS.filter((character) => !`${LINE_BREAKS}\t`.includes(character)),
  { "\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\r" },
);

/** LEEF knows no escape. The delimiter is one that survives receivers which clean control characters, as a tab does not. */
export const LEEF_DELIMITER = "^";
export const leefHeader = rules([...CONTROLS, "|", LEEF_DELIMITER], {});
export const leefValue = rules([...CONTROLS, LEEF_DELIMITER], {});

/** The text as the place can hold it, in at most so many UTF-16 units: no white space around it, no character cut in two. */
export function upTo(max: number, text: string, { blanks }: TextRules): string {
  // Of a very long text no more is looked at than can stay.
  const clean = substituted(cut(text, max * 2), blanks).trim();
  return cut(clean, max).trimEnd();
}

export function escaped(text: string, { escapes }: TextRules): string {
  return substituted(text, escapes);
}

/** As much of a text, from its beginning, as takes no more than so many bytes of UTF-8 once it is escaped. */
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

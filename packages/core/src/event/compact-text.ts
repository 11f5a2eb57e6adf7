/** JavaScript can keep a text in one byte a character as long as none of them is among these. */
const BEYOND_ONE_BYTE = /[\u0100-\u{10ffff}]/u;

/** A text in one byte a character; bytes of its own would be an object each that the collector has to follow. */
export interface CompactText {
  readonly text: string;
  /** The characters of `text` stand for the bytes of the UTF-8, not for themselves. */
  readonly isUtf8: boolean;
}

/**
 * A text in as little memory as JavaScript gives it: half of what it takes when a single character is beyond Latin-1, or was
 * in a text that this one was made of.
 */
export function compactText(text: string): CompactText {
  const isUtf8 = BEYOND_ONE_BYTE.test(text);
  return { text: Buffer.from(text, isUtf8 ? "utf8" : "latin1").toString("latin1"), isUtf8 };
}

export function expandedText({ text, isUtf8 }: CompactText): string {
  return isUtf8 ? Buffer.from(text, "latin1").toString("utf8") : text;
}

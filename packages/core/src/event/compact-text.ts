/** A text without these characters can be stored in one byte per character. */
const BEYOND_ONE_BYTE = /[\u0100-\u{10ffff}]/u;

/** A text stored in one byte per character. Buffers would each be an object for the garbage collector. */
export interface CompactText {
  readonly text: string;
  /** Whether the characters of `text` are UTF-8 bytes. */
  readonly isUtf8: boolean;
}

/** Compacts a text. It takes half the memory if any character, or the text it was sliced from, was beyond Latin-1. */
export function compactText(text: string): CompactText {
  const isUtf8 = BEYOND_ONE_BYTE.test(text);
  return { text: Buffer.from(text, isUtf8 ? "utf8" : "latin1").toString("latin1"), isUtf8 };
}

export function expandedText({ text, isUtf8 }: CompactText): string {
  return isUtf8 ? Buffer.from(text, "latin1").toString("utf8") : text;
}

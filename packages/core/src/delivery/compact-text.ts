/** JavaScript keeps a text in two bytes a character as soon as one of them is beyond these. */
const BEYOND_ONE_BYTE = /[\u0100-\uffff]/u;

/**
 * A text's UTF-8 as a string of one byte a character, which takes half the memory of a text that JavaScript keeps in two.
 * Undefined where nothing is gained. Bytes of their own would cost an object each that the collector has to follow.
 */
export function compactText(text: string): string | undefined {
  return BEYOND_ONE_BYTE.test(text) ? Buffer.from(text, "utf8").toString("latin1") : undefined;
}

/** The text again, from what `compactText` made of it. */
export function expandedText(compact: string): string {
  return Buffer.from(compact, "latin1").toString("utf8");
}

/** The same text with memory of its own: a part of a longer one keeps all of that one. */
export function ownText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

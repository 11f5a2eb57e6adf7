import { stripVTControlCharacters, styleText } from "node:util";
import type { OutputStream } from "./terminal.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Paint = (style: Style, text: string) => string;

/** Colours for a stream: none unless it is a terminal, and none where `NO_COLOR` asks for none. */
export function paintFor(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): Paint {
  const wanted = stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  if (!wanted) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/**
 * Text from elsewhere on one line, without what would move the cursor, change colours or turn the text around: a SIEM's reply
 * is shown, not obeyed.
 */
export function printable(text: string): string {
  const line = stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line.replaceAll(INVISIBLE, "");
}

const INVISIBLE = /[\p{Bidi_Control}\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

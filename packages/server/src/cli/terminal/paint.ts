import { stripVTControlCharacters, styleText } from "node:util";
import type { OutputStream } from "./terminal.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Paint = (style: Style, text: string) => string;

/** Colours for a stream. There are none when it is no terminal, or with `NO_COLOR`. */
export function paintFor(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): Paint {
  const wanted = stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  if (!wanted) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/**
 * Makes external text safe to print on one line: without characters that move the cursor, change colours or reverse the
 * text. A SIEM's reply must not control the terminal.
 */
export function printable(text: string): string {
  const line = stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line.replaceAll(INVISIBLE, "");
}

const INVISIBLE = /[\p{Bidi_Control}\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

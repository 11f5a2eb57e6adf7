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

/** Text from elsewhere without what would move the cursor or change colours: a SIEM's reply is shown, not obeyed. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}

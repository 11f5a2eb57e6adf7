import { styleText } from "node:util";

export type Paint = (style: "bold" | "dim" | "green" | "red", text: string) => string;

/** Colours for a stream: none unless it is a terminal, and none where `NO_COLOR` asks for none. */
export function paintFor(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Paint {
  const wanted = isTerminal && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  return wanted ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

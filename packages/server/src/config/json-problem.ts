import type { FilePlaces } from "./file-places.ts";
import type { ConfigProblem } from "@arbitex/core/host";

/** The syntax error of a JSON file. */
export function jsonProblem(text: string, places: FilePlaces): ConfigProblem | undefined {
  try {
    JSON.parse(text.replace(/^\u{feff}/u, ""));
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const [, position] = /position (\d+)/.exec(message) ?? [];
    const offset = position === undefined ? text.trimEnd().length : Number(position);
    return { path: "", message: wordsFor(text, offset), fix: FIX, at: places.at(offset) };
  }
}

const FIX = "JSON wants double quotes, a comma between two entries and none after the last, and no comments.";

/** The runtime's own message quotes the text, which may be a secret. */
function wordsFor(text: string, offset: number): string {
  const found = text[offset];
  if (found === undefined) return "not valid JSON: it ends before everything is closed.";
  if (found === "/" || found === "#") return "not valid JSON: it has no comments.";
  if (found === "}" || found === "]") return `not valid JSON: a comma before ${found}, or a value that is missing.`;
  if (found === '"') return "not valid JSON: a comma is missing before this.";
  return `not valid JSON: ${JSON.stringify(found)} is not expected here.`;
}

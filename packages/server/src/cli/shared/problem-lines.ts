import type { ConfigProblem } from "@arbitex/core/host";
import { placeText } from "@arbitex/core/host";
import type { Paint, Style } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import { wrapped } from "../terminal/wrapped.ts";

const LABEL_WIDTH = 10;
const INDENT = "    ";
const PLAIN_WIDTH = 120;

export interface ProblemLinesOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width?: number | undefined;
  /** Marks warnings, which refuse nothing. */
  readonly isWarning?: boolean;
}

/** Lines for a list of problems: place, message, accepted values, fix and an example. */
export function problemLines(
  problems: readonly ConfigProblem[],
  { paint, width = PLAIN_WIDTH, isWarning = false }: ProblemLinesOptions,
): string[] {
  return problems.flatMap(({ path, message, expected, fix, example, at }, index) => {
    const where = [at === undefined ? "" : placeText(at), path].filter((part) => part !== "").map(printable);
    const isNew = expected !== undefined && !message.includes(expected);
    const row = (label: string, style: Style, text: string) => labelled(label, style, text, { paint, width });
    return [
      ...(index === 0 ? [] : [""]),
      `  ${paint("bold", where.join("  "))}`.trimEnd(),
      ...(isWarning ? row("odd", "yellow", message) : row("wrong", "red", message)),
      ...(isNew ? row("expected", "dim", expected) : []),
      ...(fix === undefined ? [] : row("fix", "cyan", fix)),
      ...(example === undefined ? [] : exampleRows(example, paint)),
    ];
  });
}

interface RowOptions {
  readonly paint: Paint;
  readonly width: number;
}

function labelled(label: string, style: Style, text: string, { paint, width }: RowOptions): string[] {
  const lines = wrapped(printable(text), Math.max(20, width - INDENT.length - LABEL_WIDTH));
  return lines.map((line, at) => `${INDENT}${paint(style, (at === 0 ? label : "").padEnd(LABEL_WIDTH))}${line}`);
}

/** An example is meant to be copied, so it is never wrapped. */
function exampleRows(example: string, paint: Paint): string[] {
  return example
    .split("\n")
    .map(
      (line, at) => `${INDENT}${paint("dim", (at === 0 ? "example" : "").padEnd(LABEL_WIDTH))}${printableLine(line)}`,
    );
}

/** Keeps leading spaces, which are indentation. */
function printableLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  return indent + printable(line.slice(indent.length));
}

import type { ConfigProblem } from "@arbitex/core/host";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";

/** Problems under each other: where, what, and what to do. */
export function problemLines(problems: readonly ConfigProblem[], paint: Paint): string[] {
  return problems.flatMap(({ path, message, fix }) => {
    const what = path === "" ? printable(message) : `${paint("bold", path)}: ${printable(message)}`;
    return [`  ✗ ${what}`, ...(fix === undefined ? [] : [`    ${paint("cyan", "→")} ${printable(fix)}`])];
  });
}

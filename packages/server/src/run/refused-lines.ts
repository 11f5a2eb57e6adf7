import type { Tally } from "../reading/publish-events.ts";
import { counted } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";

const MOST_SHOWN = 10;

/** What to tell a person about the lines that were refused: the first few, and how many more there are. */
export function refusedLines({ refused, firstRefused }: Tally, paint: Paint): string[] {
  const first = firstRefused.toSorted((a, b) => a.position - b.position).slice(0, MOST_SHOWN);
  const shown = first.map(({ line, errors }) => {
    const reasons = errors.map(({ path, message }) =>
      path === "" || message.startsWith(path) ? message : `${path}: ${message}`,
    );
    return `${paint("red", `line ${line} refused:`)} ${printable(reasons.join("; "))}`;
  });
  const more = refused - first.length;
  return more > 0 ? [...shown, `… and ${counted(more, "more line")} refused`] : shown;
}

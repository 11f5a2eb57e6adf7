import type { Tally } from "../../reading/publish-events.ts";
import { counted } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";

const MOST_SHOWN = 10;

/** Lines about refused lines or array elements: the first few, and the number of the others. */
export function refusedLines({ refused, firstRefused }: Tally, what: "line" | "event", paint: Paint): string[] {
  const first = firstRefused.toSorted((a, b) => a.position - b.position).slice(0, MOST_SHOWN);
  const shown = first.map(({ line, position, errors }) => {
    const reasons = errors.map(({ path, message }) =>
      path === "" || message.startsWith(path) ? message : `${path}: ${message}`,
    );
    const number = what === "line" ? line : position + 1;
    return `${paint("red", `${what} ${number} refused:`)} ${printable(reasons.join("; "))}`;
  });
  const more = refused - first.length;
  return more > 0 ? [...shown, `… and ${counted(more, `more ${what}`)} refused`] : shown;
}

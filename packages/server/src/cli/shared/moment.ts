import type { Span } from "../../moment.ts";
import { parseMoment } from "../../moment.ts";
import { UsageError } from "../../usage-error.ts";

interface MomentRules {
  /** The option as the user typed it, for the error. */
  readonly option: string;
  readonly now: number;
  readonly span: Span;
}

/** Parses an option to milliseconds since the epoch. */
export function momentOf(text: string, { option, now, span }: MomentRules): number {
  const time = parseMoment(text, now, span);
  if (time !== undefined) return time;
  const example = span === "ago" ? "how long ago, such as 24h" : "how long from now, such as 90d";
  throw new UsageError(`${option} "${text}" is no time: give a date such as 2026-11-25T17:00:00Z, or ${example}.`);
}

import type { EventFilter } from "../delivery-settings.ts";
import { celFilter } from "../../filter/cel-filter.ts";
import type { RedactRule } from "../../redaction/redact-rule.ts";

/**
 * Returns the filter for a replay to a destination. Its dead letters passed its filter, and then were redacted: an
 * expression that asks for a redacted attribute would leave them out, so it is not asked again.
 */
export function replayFilterOf(filter: EventFilter, redact: readonly RedactRule[]): EventFilter {
  if (redactedRead(filter, redact) === undefined) return filter;
  const { cel: _cel, ...rest } = filter;
  return rest;
}

/** Returns an attribute that a filter's expression reads and a redaction changes; undefined if there is none. */
export function redactedRead({ cel, classUids }: EventFilter, redact: readonly RedactRule[]): string | undefined {
  if (cel === undefined || redact.length === 0) return undefined;
  const result = celFilter(cel, classUids);
  const paths = "filter" in result ? result.filter.paths : [];
  return paths.find((path) => redact.some((rule) => overlap(path, rule.path.join("."))));
}

/** Whether one is the other, or holds it. */
function overlap(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`);
}

import type { EventFilter } from "../delivery-settings.ts";
import { celFilter } from "../../filter/cel-filter.ts";
import type { RedactRule } from "../../redaction/redact-rule.ts";

/**
 * Returns the filter for a replay to a destination. Its dead letters passed its filter, and then were redacted: an
 * expression that asks for a redacted attribute would leave them out, so it is not asked again.
 */
export function replayFilterOf({ cel, ...filter }: EventFilter, redact: readonly RedactRule[]): EventFilter {
  if (cel === undefined) return filter;
  const result = celFilter(cel, filter.classUids);
  const paths = "filter" in result ? result.filter.paths : [];
  const isRedacted = paths.some((path) => redact.some((rule) => overlap(path, rule.path.join("."))));
  return isRedacted ? filter : { ...filter, cel };
}

/** Whether one is the other, or holds it. */
function overlap(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`);
}

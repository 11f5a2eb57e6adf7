import type { Redaction } from "../../../redaction/redact-rule.ts";
import { createRedact } from "../../../redaction/redact-event.ts";
import type { Step } from "./step.ts";

/** Few sets of rules are in use at a time. Steps that are no longer held elsewhere only cost their digests. */
const MOST_KNOWN = 100;
const known = new Map<string, Step>();

/**
 * Returns the step of a destination's redactions; undefined if it has none. Destinations with the same rules share one,
 * and so the work.
 */
export function redactStep(redaction: Redaction): Step | undefined {
  if (redaction.rules.length === 0) return undefined;
  const name = JSON.stringify(redaction);
  let step = known.get(name);
  if (step === undefined) {
    step = createRedact(redaction);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(name, step);
  }
  return step;
}

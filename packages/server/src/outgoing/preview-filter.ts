import type { ConfigProblem, EventFilter, Host, RedactRule } from "@arbitex/core/host";
import { createSelect, filterOf, filterSchema, problemsOf } from "@arbitex/core/host";
import { redactRulesOf, redactSetting, shownPath } from "@arbitex/core/config";
import { z } from "zod";

/** A filter and redactions to be tried, as users write them. */
export const previewBody = z
  .strictObject({
    filter: z.record(z.string(), z.unknown()).optional().meta({ description: "As in a configuration." }),
    redact: z.array(z.unknown()).optional().meta({ description: "As in a configuration's `delivery`." }),
  })
  .meta({ description: "What is to be tried." });

export const previewAnswer = z
  .object({
    looked_at: z.int().meta({ description: "Recent events of the organisation that this server has in memory." }),
    passed: z.int().meta({ description: "Those of them that the filter includes." }),
    samples: z.array(
      z.object({
        passed: z.boolean(),
        event: z.record(z.string(), z.unknown()).meta({ description: "The event with its redactions." }),
      }),
    ),
  })
  .meta({ id: "FilterPreview", description: "How many recent events a filter includes, and some of them." });

export interface PreviewSettings {
  readonly filter: EventFilter;
  readonly redact: readonly RedactRule[];
}

const partsSchema = z.object({ filter: filterSchema, redact: redactSetting });

/** Validates what is to be tried. Problems name their place as a configuration does. */
export function previewSettings({
  filter = {},
  redact = [],
}: z.output<typeof previewBody>):
  | { readonly settings: PreviewSettings }
  | { readonly problems: readonly ConfigProblem[] } {
  const parts = partsSchema.safeParse({ filter, redact });
  if (!parts.success) return { problems: problemsOf(parts.error, partsSchema) };
  const redaction = redactRulesOf(parts.data.redact, { name: shownPath }, parts.data.filter.class_uids);
  if (redaction.problems.length > 0) return { problems: redaction.problems };
  return { settings: { filter: filterOf(parts.data.filter), redact: redaction.rules } };
}

/** Events that are shown of each kind. */
const SAMPLES = 3;

/** Tries a filter on an organisation's recent events; on all recent events for null. */
export function previewFilter(
  host: Pick<Host, "recentEvents" | "redactedFor">,
  orgId: string | null,
  { filter, redact }: PreviewSettings,
): z.output<typeof previewAnswer> {
  const select = createSelect(filter) ?? (() => true);
  const redacted = host.redactedFor(orgId, redact);
  const events = host.recentEvents(orgId ?? undefined);
  const shown = { true: 0, false: 0 };
  const samples: z.output<typeof previewAnswer>["samples"] = [];
  let passed = 0;
  // The latest are looked at first, and shown.
  for (const record of events.toReversed()) {
    const isPassed = select(record);
    if (isPassed) passed++;
    const kind = isPassed ? "true" : "false";
    if (shown[kind]++ < SAMPLES) samples.push({ passed: isPassed, event: eventOf(redacted(record)) });
  }
  return { looked_at: events.length, passed, samples };
}

/** Parses an event of our own. */
export function eventOf(json: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
}

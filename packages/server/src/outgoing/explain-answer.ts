import type { ConfigProblem, Explanation } from "@arbitex/core/host";
import { acceptText } from "@arbitex/core/host";
import type { AcceptedEvent } from "@arbitex/core/host";
import { z } from "zod";
import { eventOf } from "./preview-filter.ts";

const event = z.record(z.string(), z.unknown());

export const explainAnswer = z
  .object({
    sent: z.boolean().meta({ description: "Whether it would be sent." }),
    filter: z
      .array(z.object({ setting: z.string(), passed: z.boolean() }))
      .meta({ description: "Every part of the filter, and whether the event passes it. All must pass." }),
    event: event.meta({ description: "The event with its redactions, as dead letters would show it." }),
    redacted: z.array(z.string()).meta({ description: "Paths that were redacted." }),
    converted: event
      .nullable()
      .meta({ description: "In the destination's version and rendering; null if it is the same." }),
    request: z
      .object({
        method: z.string().nullable().meta({ description: "Null for another protocol than HTTP." }),
        url: z.string(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        bytes: z.int(),
        truncated: z.boolean(),
      })
      .nullable()
      .meta({ description: "What would leave, with `[secret]` for each secret; null if nothing would." }),
    reason: z.string().nullable().meta({ description: "Why nothing would leave, although the filter includes it." }),
  })
  .meta({ id: "Explanation", description: "What would happen to an event. Nothing was sent." });

export function explainAnswerOf(explanation: Explanation): z.output<typeof explainAnswer> {
  const { isSelected, parts, redacted, converted, request, unsent } = explanation;
  const shown = eventOf(redacted);
  return {
    sent: isSelected && unsent === undefined,
    filter: parts.map(({ setting, isTrue }) => ({ setting, passed: isTrue })),
    event: shown,
    redacted: redacted === explanation.event ? [] : listedIn(shown),
    converted: converted === redacted ? null : eventOf(converted),
    request:
      request === undefined
        ? null
        : {
            method: request.method ?? null,
            url: request.url,
            headers: { ...request.headers },
            body: request.body,
            bytes: request.bytes,
            truncated: request.isCut,
          },
    reason: unsent ?? null,
  };
}

const listed = z.object({ unmapped: z.object({ redacted: z.array(z.string()) }) });

function listedIn(shown: Record<string, unknown>): string[] {
  const parsed = listed.safeParse(shown);
  return parsed.success ? parsed.data.unmapped.redacted : [];
}

/** Accepts an event as the intake does, or says why it would be refused. */
export function acceptedEvent(
  text: string,
  now: number,
): { readonly record: AcceptedEvent } | { readonly problems: readonly ConfigProblem[] } {
  const acceptance = acceptText(text, now);
  if ("record" in acceptance) return { record: acceptance.record };
  return {
    problems: acceptance.errors.map(({ path, message }) => ({
      path: path === "" ? "event" : `event.${path}`,
      message,
    })),
  };
}

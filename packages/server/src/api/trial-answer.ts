import type { Attempt, Trial } from "@arbitex/core/host";
import { z } from "zod";
import { exchangeAnswer, exchangeAnswerOf } from "./exchange-answer.ts";

const verdict = z.enum(["accepted", "partial", "retry", "too-large", "rejected", "suspend"]);

export const trialAnswer = z
  .object({
    delivered: z.boolean(),
    verdict: z.object({ kind: verdict.nullable(), reason: z.string().nullable(), fix: z.string().nullable() }),
    took_ms: z.int(),
    event: z.record(z.string(), z.unknown()).meta({ description: "The event before it was encoded for the SIEM." }),
    exchanges: z.array(exchangeAnswer),
  })
  .meta({ id: "Trial", description: "What became of one event that was sent to try a destination." });

export const attemptsAnswer = z
  .object({
    attempts: z.array(
      z.object({
        at: z.iso.datetime(),
        took_ms: z.int(),
        events: z.int(),
        bytes: z.int(),
        attempt: z.int().meta({ description: "1 is the first time these events were sent." }),
        verdict,
        reason: z.string().nullable(),
        exchange: exchangeAnswer.nullable().meta({ description: "Of the last failure and a recent success." }),
      }),
    ),
  })
  .meta({ id: "Attempts", description: "The last attempts of this server to send a batch, newest first." });

export function trialAnswerOf(
  { verdict: kind, reason, fix, tookMs, exchange }: Trial,
  event: Readonly<Record<string, unknown>>,
): z.output<typeof trialAnswer> {
  return {
    delivered: kind === "accepted",
    verdict: { kind: kind ?? null, reason: reason ?? null, fix: fix ?? null },
    took_ms: tookMs,
    event: { ...event },
    exchanges: exchange === undefined ? [] : [exchangeAnswerOf(exchange)],
  };
}

export function attemptsAnswerOf(attempts: readonly Attempt[]): z.output<typeof attemptsAnswer> {
  return {
    attempts: attempts.map(({ at, tookMs, events, bytes, attempt, verdict: kind, reason, exchange }) => ({
      at: new Date(at).toISOString(),
      took_ms: tookMs,
      events,
      bytes,
      attempt,
      verdict: kind,
      reason: reason ?? null,
      exchange: exchange === undefined ? null : exchangeAnswerOf(exchange),
    })),
  };
}

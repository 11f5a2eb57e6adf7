import type { Exchange } from "@arbitex/core/host";
import { z } from "zod";

const headers = z.record(z.string(), z.string());
const cut = z.boolean().meta({ description: "Whether there was more than this." });

export const exchangeAnswer = z
  .object({
    request: z.object({
      method: z.string().nullable().meta({ description: "Null for another protocol than HTTP." }),
      url: z.string(),
      headers,
      body: z.string().meta({ description: "The beginning, decompressed; base64 of what is no text." }),
      bytes: z.int().meta({ description: "Of the whole body, as sent." }),
      truncated: cut,
    }),
    answer: z.object({ status: z.int(), headers, body: z.string(), truncated: cut }).nullable(),
    failure: z.string().nullable().meta({ description: "Why there was no answer." }),
  })
  .meta({ id: "Exchange", description: "A request and its answer, as they were, with `[secret]` for each secret." });

export function exchangeAnswerOf({ request, answer, failure }: Exchange): z.output<typeof exchangeAnswer> {
  const { method, url, headers: sent, body, bytes, isCut } = request;
  return {
    request: { method: method ?? null, url, headers: { ...sent }, body, bytes, truncated: isCut },
    answer:
      answer === undefined
        ? null
        : { status: answer.status, headers: { ...answer.headers }, body: answer.body, truncated: answer.isCut },
    failure: failure ?? null,
  };
}

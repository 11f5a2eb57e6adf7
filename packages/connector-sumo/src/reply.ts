import type { HttpReply } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";

/** Sumo Logic's answer to a request, if it has one. */
export interface SumoReply {
  /** Status in the body, which may differ from the reply's. */
  readonly status: number | undefined;
  readonly hasErrors: boolean;
  /** Status, code and message on one line, such as `401 unauthorized: The URL's code is not valid.` */
  readonly reason: string;
}

/**
 * Parses the body; undefined if it is not Sumo Logic's JSON: empty, plain text, a proxy's page, another service's JSON.
 */
export function sumoReplyOf(reply: HttpReply): SumoReply | undefined {
  const parsed = body.safeParse(jsonOf(reply));
  if (!parsed.success) return undefined;
  const { status, code, message, errors } = parsed.data;
  // An answer with only a message may be of any service.
  if (errors.length === 0 && (status === undefined || (code === undefined && message === undefined))) return undefined;
  const texts = [{ code, message }, ...errors].map((part) => [part.code, part.message].filter(Boolean).join(": "));
  const said = [...new Set(texts)].filter((text) => text !== "").join("; ");
  const reason = said === "" ? reasonOf(reply) : `${reply.status} ${said.slice(0, 300)}`;
  return { status, hasErrors: errors.length > 0, reason };
}

const text = z
  .string()
  .transform((value) => value.replaceAll(/\s+/g, " ").trim())
  .optional()
  .catch(undefined);

const body = z.object({
  status: z.int().optional().catch(undefined),
  code: text,
  message: text,
  errors: z.array(z.object({ code: text, message: text })).catch([]),
});

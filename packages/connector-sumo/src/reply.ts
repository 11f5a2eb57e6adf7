import type { HttpReply } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";

/** What Sumo Logic says of a request, where it says anything. */
export interface SumoReply {
  /** The status that stands in the body, which can differ from that of the reply. */
  readonly status: number | undefined;
  readonly hasErrors: boolean;
  /** Status, code and message on one line, such as `401 unauthorized: The URL's code is not valid.` */
  readonly reason: string;
}

/** Undefined when the body is not Sumo Logic's JSON: empty, plain text, a page of a proxy, the JSON of another service. */
export function sumoReplyOf(reply: HttpReply): SumoReply | undefined {
  const parsed = body.safeParse(jsonOf(reply));
  if (!parsed.success) return undefined;
  const { status, code, message, errors } = parsed.data;
  // Whoever answers with a message alone, as many services do, may be anybody.
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

import type { HttpReply } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";

/** HEC's answer to a request. Parsed with care, since proxies and similar services answer at the same address. */
export interface HecReply {
  readonly code: number;
  /** Zero-based; an impossible number counts as none. */
  readonly eventNumber: number | undefined;
  readonly ackId: number | undefined;
  /** Status, text and code on one line, such as `503 Server is busy (code 9)`. */
  readonly reason: string;
}

/**
 * Parses a reply; undefined if it is not HEC's: HTML, a truncated body, another service's JSON, which may have its own
 * codes.
 */
export function hecReplyOf(reply: HttpReply): HecReply | undefined {
  const parsed = hecBody.safeParse(jsonOf(reply));
  if (!parsed.success) return undefined;
  const { text, code, ackId, "invalid-event-number": eventNumber } = parsed.data;
  return { code, eventNumber, ackId, reason: text === "" ? reasonOf(reply) : `${reply.status} ${text} (code ${code})` };
}

/** Returns the ids of `asked` that the ack address confirms; undefined if the reply is not its own. */
export function confirmedAcks(reply: HttpReply, asked: readonly number[]): readonly number[] | undefined {
  const parsed = ackBody.safeParse(jsonOf(reply));
  if (reply.status !== 200 || !parsed.success) return undefined;
  const { acks } = parsed.data;
  return asked.filter((id) => acks[id] === true);
}

/** Returns whether it is the start of a JSON object without its end: perhaps HEC's own answer, truncated. */
export function isCut(reply: HttpReply): boolean {
  return reply.text.trimStart().startsWith("{") && jsonOf(reply) === undefined;
}

/** Returns whether a JSON object reports a failure, in words common where there are no codes. */
export function saysError(reply: HttpReply): boolean {
  return errorBody.safeParse(jsonOf(reply)).success;
}

const errorBody = z.union([
  z.object({ error: z.union([z.string().min(1), z.looseObject({}), z.literal(true)]) }),
  z.object({ errors: z.array(z.unknown()).min(1) }),
  z.object({ success: z.literal(false) }),
  z.object({ status: z.literal("error") }),
]);

const position = z.int().nonnegative().optional().catch(undefined);

const hecBody = z.object({
  text: z.string().transform((text) => text.replaceAll(/\s+/g, " ").slice(0, 200)),
  code: z.int(),
  "invalid-event-number": position,
  ackId: position,
});

const ackBody = z.object({ acks: z.record(z.string(), z.boolean()) });

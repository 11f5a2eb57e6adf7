import type { SendResult } from "../connector/send-result.ts";
import type { HttpReply } from "../connector/http-reply.ts";
import { reasonOf } from "../connector/http-reply.ts";
import { retryAfterOf } from "./retry-after.ts";

/** A page for people where a SIEM should answer: of a proxy, of a login, of another service. */
export function isWebPage(reply: HttpReply): boolean {
  return reply.text.trimStart().startsWith("<");
}

/**
 * The verdict on a reply that makes no sense: never success. Unless it is a web page, it may be what is left of the
 * SIEM's own answer, so that the events may be stored.
 */
export function unintelligible(reply: HttpReply, now: number): SendResult {
  const afterMs = retryAfterOf(reply, now);
  return {
    kind: "retry",
    reason: `unintelligible reply: ${reasonOf(reply)}`,
    ...(afterMs !== undefined && { afterMs }),
    ...(!isWebPage(reply) && { ambiguous: true }),
  };
}

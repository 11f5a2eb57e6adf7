import type { SendResult } from "../connector/send-result.ts";
import type { HttpReply } from "../connector/http-reply.ts";
import { reasonOf } from "../connector/http-reply.ts";
import { retryAfterOf } from "./retry-after.ts";

/** Returns whether a reply is a web page instead of a SIEM's answer: from a proxy, a login page or another service. */
export function isWebPage(reply: HttpReply): boolean {
  return reply.text.trimStart().startsWith("<");
}

/**
 * Returns the verdict on a reply that cannot be parsed: never `accepted`. Unless it is a web page, it may be a
 * truncated answer of the SIEM, so that the events may be stored.
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

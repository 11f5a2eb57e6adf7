import type { SendResult } from "../connector/send-result.ts";
import type { HttpReply } from "../connector/http-reply.ts";
import { reasonOf } from "../connector/http-reply.ts";
import { retryAfterOf } from "./retry-after.ts";
import { isWebPage, unintelligible } from "./unintelligible.ts";

/**
 * Returns the verdict for an HTTP status. A connector handles the answers it knows and leaves the rest to this. `now`
 * is in milliseconds since the epoch and dates a `Retry-After`.
 *
 * 2xx is `accepted`, unless the body is a web page, which captive portals and proxies send with status 200. For a SIEM
 * that answers in XML, check its answers first.
 *
 * @example
 * ```ts
 * import type { HttpReply, SendResult } from "@arbitex/core";
 * import { classifyStatus, reasonOf } from "@arbitex/core";
 *
 * // Acme answers 409 if an earlier attempt stored the batch, and 422 to events that it never takes.
 * export function classify(reply: HttpReply, now: number): SendResult {
 *   if (reply.status === 409) return { kind: "accepted" };
 *   if (reply.status === 422) return { kind: "rejected", reason: reasonOf(reply) };
 *   return classifyStatus(reply, now);
 * }
 * ```
 */
export function classifyStatus(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  const reason = reasonOf(reply);
  if (status >= 200 && status < 300) return isWebPage(reply) ? unintelligible(reply, now) : { kind: "accepted" };
  if (status === 413) return { kind: "too-large", reason };
  if (status === 401 || status === 403) {
    return { kind: "suspend", reason, fix: "Check the credential and what it is allowed to do." };
  }
  if (status === 404 || status === 405) return { kind: "suspend", reason, fix: "Check the URL." };
  if (status === 407) return { kind: "suspend", reason, fix: "Check the credential of the HTTP proxy." };
  if (status >= 300 && status < 400) {
    return { kind: "suspend", reason, fix: fixOfRedirect(reply) };
  }
  if (isTransient(status)) {
    const afterMs = retryAfterOf(reply, now);
    // A gateway that timed out or lost its SIEM does not tell what the SIEM did.
    const ambiguous = status === 408 || status === 502 || status === 504;
    return { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }), ...(ambiguous && { ambiguous }) };
  }
  return { kind: "rejected", reason, confirmed: false };
}

/** The message leaves out path and query of the target: they may hold a credential. */
function fixOfRedirect({ headers: { location } }: HttpReply): string {
  if (typeof location !== "string" || !URL.canParse(location)) {
    return "Redirects are not followed, and this one leads to another path there: configure the address it points to.";
  }
  const { protocol, host } = new URL(location);
  return `Redirects are not followed, and this one leads to ${protocol}//${host}: configure that address if it is the right one.`;
}

function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

import type { HttpReply, TokenVerdict } from "@arbitex/core";
import { classifyStatus, retryAfterOf } from "@arbitex/core";
import { fixOf, isTransient } from "./aadsts.ts";
import { tokenProblem } from "./token-reply.ts";

const GENERAL_FIX = "Check tenant_id, client_id and the credential against the app registration.";
const NOT_ENTRA = "It is not Entra that answers: check authority_host, tenant_id and the way there (a proxy?).";

/**
 * Returns the verdict on a reply without a token. Only OAuth's fields are repeated: an error page may show the request
 * with its secret.
 */
export function classifyTokenReply(reply: HttpReply, now: number): TokenVerdict {
  const { status } = reply;
  const problem = tokenProblem(reply);
  if (problem === undefined) {
    const reason = `no token: HTTP ${status}, which is no answer of a token service`;
    return isWorthWaiting(reply, now) ? retry(reason, reply, now) : { kind: "suspend", reason, fix: NOT_ENTRA };
  }
  const { error, code, description } = problem;
  const reason = `no token: HTTP ${status} ${error}${description === "" ? "" : `: ${description}`}`;
  if (isWorthWaiting(reply, now) || isTransient(error, code)) return retry(reason, reply, now);
  return { kind: "suspend", reason, fix: fixOf(code) ?? GENERAL_FIX };
}

/** Returns whether to retry. A 2xx without a token is incomplete; the next may be complete. */
function isWorthWaiting(reply: HttpReply, now: number): boolean {
  const { kind } = classifyStatus(reply, now);
  return kind === "retry" || kind === "accepted";
}

function retry(reason: string, reply: HttpReply, now: number): TokenVerdict {
  const afterMs = retryAfterOf(reply, now);
  return { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) };
}

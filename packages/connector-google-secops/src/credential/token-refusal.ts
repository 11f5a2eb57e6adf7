import type { HttpReply } from "@arbitex/core";
import { classifyStatus, jsonOf, retryAfterOf, TokenError } from "@arbitex/core";
import { z } from "zod";

/** Form of token services, and of Google's APIs. */
const oauthError = z.object({ error: z.string(), error_description: z.string().catch("") });
const apiError = z.object({ error: z.object({ status: z.string(), message: z.string().catch("") }) });

/**
 * Returns the error of a reply without a token. Only error fields are repeated: a page may show the request with its
 * credential.
 */
export function tokenRefusal(reply: HttpReply, now: number, fix: string): TokenError {
  const said = wordsOf(reply);
  const reason = `no token: HTTP ${reply.status}${said === undefined ? ", which is no answer of a token service" : ` ${said}`}`;
  const { kind } = classifyStatus(reply, now);
  // A 2xx without a token is incomplete; the next may be complete.
  if (kind !== "retry" && kind !== "accepted") return new TokenError({ kind: "suspend", reason, fix });
  const afterMs = retryAfterOf(reply, now);
  return new TokenError({ kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) });
}

const MAX_WORDS = 300;

function wordsOf(reply: HttpReply): string | undefined {
  const body = jsonOf(reply);
  const oauth = oauthError.safeParse(body).data;
  const api = apiError.safeParse(body).data;
  const [code, text] = oauth ? [oauth.error, oauth.error_description] : [api?.error.status, api?.error.message ?? ""];
  if (code === undefined) return undefined;
  return `${code}${text === "" ? "" : `: ${text}`}`.replaceAll(/\s+/g, " ").slice(0, MAX_WORDS);
}

import type { SendResult } from "../connector/send-result.ts";
import { classifyFailure } from "./classify-failure.ts";

/** Verdict on events without a token: retry, or wait for a person. */
export type TokenVerdict = Extract<SendResult, { kind: "retry" | "suspend" }>;

/** A failed token request, with its verdict on the events. None of them was sent. */
export class TokenError extends Error {
  readonly verdict: TokenVerdict;

  constructor(verdict: TokenVerdict, options?: ErrorOptions) {
    super(verdict.reason, options);
    this.name = "TokenError";
    this.verdict = verdict;
  }
}

/** Returns the verdict on a batch without a token, for any error. A `TokenError` has its own. */
export function tokenVerdictOf(error: unknown): TokenVerdict {
  if (error instanceof TokenError) return error.verdict;
  const verdict = classifyFailure(error);
  const reason = `no token: ${"reason" in verdict ? verdict.reason : verdict.kind}`;
  if (verdict.kind === "suspend") return { ...verdict, reason };
  // The failure came before the events were sent: nothing is ambiguous.
  return { kind: "retry", reason };
}

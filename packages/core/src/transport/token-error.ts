import type { SendResult } from "../connector/send-result.ts";
import { classifyFailure } from "./classify-failure.ts";

/** What it means for the events when no token can be had: they are tried again, or wait for a person. */
export type TokenVerdict = Extract<SendResult, { kind: "retry" | "suspend" }>;

/** Why no token could be had, with what that means for the events. None of them was sent. */
export class TokenError extends Error {
  readonly verdict: TokenVerdict;

  constructor(verdict: TokenVerdict, options?: ErrorOptions) {
    super(verdict.reason, options);
    this.name = "TokenError";
    this.verdict = verdict;
  }
}

/** The verdict on a batch for which no token could be had, whatever was thrown. A `TokenError` has its own. */
export function tokenVerdictOf(error: unknown): TokenVerdict {
  if (error instanceof TokenError) return error.verdict;
  const verdict = classifyFailure(error);
  const reason = `no token: ${"reason" in verdict ? verdict.reason : verdict.kind}`;
  if (verdict.kind === "suspend") return { ...verdict, reason };
  // Whatever went wrong, it went wrong before the events: nothing is ambiguous.
  return { kind: "retry", reason };
}

import type { SendResult } from "@arbitex/core";
import { classifyFailure } from "@arbitex/core";

/** A source of bearer tokens. The credentials of `@azure/identity` are such. */
export interface TokenCredential {
  /** A token for a scope such as `https://monitor.azure.com/.default`; null when there is none to be had. */
  getToken(
    scope: string,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{
    readonly token: string;
    /** Milliseconds since the epoch. */
    readonly expiresOnTimestamp: number;
  } | null>;
}

/** Why no token could be had, with what that means for the events. None of them was sent. */
export class TokenError extends Error {
  readonly verdict: TokenVerdict;

  constructor(verdict: TokenVerdict, options?: ErrorOptions) {
    super(verdict.reason, options);
    this.name = "TokenError";
    this.verdict = verdict;
  }
}

export type TokenVerdict = Extract<SendResult, { kind: "retry" | "suspend" }>;

/** The verdict on a batch for which no token could be had, whatever the credential threw. */
export function verdictOf(error: unknown): TokenVerdict {
  if (error instanceof TokenError) return error.verdict;
  const verdict = classifyFailure(error);
  const reason = `no token: ${"reason" in verdict ? verdict.reason : verdict.kind}`;
  if (verdict.kind === "suspend") return { ...verdict, reason };
  // Whatever went wrong, it went wrong before the events: nothing is ambiguous.
  return { kind: "retry", reason };
}

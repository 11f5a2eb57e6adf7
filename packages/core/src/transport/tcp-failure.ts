import type { SendResult } from "../connector/send-result.ts";
import { classifyFailure, describeFailure } from "./classify-failure.ts";

/** Fixes by error code, where a connector knows more than the general texts. */
export type Fixes = Readonly<Record<string, string>>;

/** Returns the verdict on a batch for which no connection could be opened: nothing was written. */
export function unopenedVerdict(error: unknown, fixes: Fixes): SendResult {
  const verdict = verdictOf(error, fixes);
  return verdict.kind === "retry" ? { kind: "retry", reason: verdict.reason } : verdict;
}

/**
 * Returns the verdict on a batch whose connection was lost: some of it may have arrived, unless the certificate was
 * refused.
 */
export function brokenOffVerdict(error: unknown, fixes: Fixes): SendResult {
  const verdict = verdictOf(error, fixes);
  return verdict.kind === "retry" ? { ...verdict, ambiguous: true } : verdict;
}

function verdictOf(error: unknown, fixes: Fixes): SendResult {
  const code = codeOf(error) ?? "";
  const fix = fixes[code];
  return fix === undefined ? classifyFailure(error) : { kind: "suspend", reason: describeFailure(error), fix };
}

/** Returns the fix for a server that closes a new connection without a reason. */
export function hangUpFix({ tls }: { readonly tls: object | null }): string {
  return tls === null
    ? "The server hangs up at once: it may want TLS, or nothing from this address. See its log."
    : "The server hangs up at the TLS handshake: it may want another client certificate, or none from this address. See its log.";
}

export function hungUp(error: unknown): boolean {
  return codeOf(error) === "ECONNRESET" || codeOf(error) === "EPIPE";
}

/** Its own code, not that of a cause. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

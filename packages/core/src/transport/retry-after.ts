import type { HttpReply } from "../connector/http-reply.ts";

/** Longest wait in milliseconds that a SIEM may ask for. */
export const MAX_RETRY_AFTER_MS = 15 * 60_000;

/**
 * Parses a `Retry-After` header to milliseconds, at most `MAX_RETRY_AFTER_MS`. Undefined if it is absent or neither
 * whole seconds nor an HTTP date (RFC 9110, section 10.2.3).
 */
export function retryAfterMs(header: string | readonly string[] | undefined, now: number): number | undefined {
  const value = (typeof header === "string" ? header : header?.[0])?.trim();
  if (value === undefined || value === "") return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : httpDate(value) - now;
  if (Number.isNaN(wait)) return undefined;
  return Math.min(Math.max(0, wait), MAX_RETRY_AFTER_MS);
}

/**
 * Returns the wait in milliseconds that a reply asks for; undefined if none. A date is measured against the reply's own
 * `Date`, so that clock differences do not matter.
 */
export function retryAfterOf({ headers }: Pick<HttpReply, "headers">, now: number): number | undefined {
  const date = headers["date"];
  const answeredAt = httpDate((typeof date === "string" ? date : (date?.[0] ?? "")).trim());
  return retryAfterMs(headers["retry-after"], Number.isNaN(answeredAt) ? now : answeredAt);
}

function httpDate(value: string): number {
  // `Date.parse` also takes "-5" and "1.5". An HTTP date begins with the name of a day.
  return /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
}

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  readonly jitter: "none" | "full";
}

export interface RetryWait {
  /** Number of the retry, from 1. */
  readonly retry: number;
  /** Wait the SIEM asked for: a lower bound. */
  readonly afterMs?: number | undefined;
  /** A random number from 0 to below 1. */
  readonly random: number;
}

/**
 * Returns the wait before a retry in milliseconds: the base, doubled for each retry, jittered down to no less than
 * half.
 */
export function retryDelayMs({ retry, afterMs = 0, random }: RetryWait, { baseMs, capMs, jitter }: Backoff): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** (retry - 1));
  const wait = jitter === "none" ? ceiling : ceiling * (0.5 + random / 2);
  return Math.max(afterMs, Math.round(wait));
}

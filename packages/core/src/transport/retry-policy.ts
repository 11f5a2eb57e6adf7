export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  readonly jitter: "none" | "full";
}

export interface RetryWait {
  /** 1 for the first retry. */
  readonly retry: number;
  /** What the SIEM asked for: a floor. */
  readonly afterMs?: number | undefined;
  /** From 0 to below 1. */
  readonly random: number;
}

/** How long to wait before a retry: the base, doubled each time, jittered down to no less than half. */
export function retryDelayMs({ retry, afterMs = 0, random }: RetryWait, { baseMs, capMs, jitter }: Backoff): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** (retry - 1));
  const wait = jitter === "none" ? ceiling : ceiling * (0.5 + random / 2);
  return Math.max(afterMs, Math.round(wait));
}

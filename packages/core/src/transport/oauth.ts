import { deadline, timedOut, unlessAborted } from "./deadline.ts";

/** A bearer token with its expiry. */
export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Caches one token and renews it before it expires, so that batches do not wait for the issuer. */
export interface TokenCache {
  /**
   * Resolves to a valid token. Concurrent callers share one request. Rejects with the error of `acquire` or the reason
   * of `signal`.
   */
  get(signal: AbortSignal): Promise<string>;
  /** Drops a token that the receiver refused. Has no effect if the token was replaced meanwhile. */
  discard(token: string): void;
  /** Aborts the request under way. */
  close(): void;
}

/** Options of `createTokenCache`. */
export interface TokenCacheOptions {
  /** Fetches a new token. Called at most once at a time. */
  readonly acquire: (signal: AbortSignal) => Promise<AccessToken>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds before expiry at which a token is renewed, at most half its lifetime. Default 5 minutes. */
  readonly renewEarlyMs?: number;
  /** Time limit of one call of `acquire` in milliseconds. Default 1 minute. */
  readonly acquireTimeoutMs?: number;
  /** Called if a renewal fails while the old token is still valid. The next `get` after 30 s tries again. */
  readonly onRenewalFailed?: (error: unknown) => void;
}

const RENEW_EARLY_MS = 5 * 60_000;
const ACQUIRE_TIMEOUT_MS = 60_000;
const RENEWAL_PAUSE_MS = 30_000;

interface HeldToken extends AccessToken {
  readonly renewAt: number;
}

/** Creates a token cache. It makes no request before the first `get`. */
export function createTokenCache({
  acquire,
  now,
  renewEarlyMs = RENEW_EARLY_MS,
  acquireTimeoutMs = ACQUIRE_TIMEOUT_MS,
  onRenewalFailed,
}: TokenCacheOptions): TokenCache {
  const closing = new AbortController();
  let held: HeldToken | undefined;
  let flight: Promise<HeldToken> | undefined;
  let renewalPausedUntil = Number.NEGATIVE_INFINITY;

  /**
   * Returns the request under way or starts one. Bounds the time that callers wait for an issuer that never answers.
   */
  function fly(): Promise<HeldToken> {
    flight ??= acquired().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  // Its own signal, not a caller's: others may wait for the same token.
  async function acquired(): Promise<HeldToken> {
    const late = () => timedOut(`timeout: the issuer gave no token within ${acquireTimeoutMs / 1000} s`);
    const limit = deadline(closing.signal, acquireTimeoutMs, late);
    const { token, expiresAt } = await unlessAborted(acquire(limit.signal), limit.signal).finally(() => limit.clear());
    const early = Math.min(renewEarlyMs, (expiresAt - now()) / 2);
    held = { token, expiresAt, renewAt: expiresAt - early };
    return held;
  }

  function renew(time: number): void {
    if (flight !== undefined || time < renewalPausedUntil) return;
    renewalPausedUntil = time + RENEWAL_PAUSE_MS;
    // The old token still works. Once it expires, callers see the failure.
    fly().catch((error: unknown) => onRenewalFailed?.(error));
  }

  return {
    async get(signal) {
      const time = now();
      if (held !== undefined && time < held.expiresAt) {
        if (time >= held.renewAt) renew(time);
        return held.token;
      }
      return (await unlessAborted(fly(), signal)).token;
    },
    discard(token) {
      if (held?.token === token) held = undefined;
    },
    close: () => closing.abort(),
  };
}

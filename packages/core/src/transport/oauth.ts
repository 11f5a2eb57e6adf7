import { deadline, timedOut, unlessAborted } from "./deadline.ts";

/** A bearer token and how long it is good for. */
export interface AccessToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Holds one token and renews it before it expires, so that no batch waits for the issuer while all is well. */
export interface TokenCache {
  /**
   * A token that is valid now. All who ask while one is being fetched get that one. Rejects with what `acquire` threw, or
   * with the reason of `signal`.
   */
  get(signal: AbortSignal): Promise<string>;
  /** The receiver refused this token: it is not given again. One that was replaced meanwhile is left alone. */
  discard(token: string): void;
  /** Gives up the request that is under way. */
  close(): void;
}

export interface TokenCacheOptions {
  /** Fetches a new token. Never called while an earlier call is under way. */
  readonly acquire: (signal: AbortSignal) => Promise<AccessToken>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long before its end a token is renewed, at most half its life. 5 minutes where it is not given. */
  readonly renewEarlyMs?: number;
  /** Longest time for one call of `acquire`. 1 minute where it is not given. */
  readonly acquireTimeoutMs?: number;
  /** A renewal failed while the old token is still good. Tried again after half a minute, if anybody asks. */
  readonly onRenewalFailed?: (error: unknown) => void;
}

const RENEW_EARLY_MS = 5 * 60_000;
const ACQUIRE_TIMEOUT_MS = 60_000;
const RENEWAL_PAUSE_MS = 30_000;

interface HeldToken extends AccessToken {
  readonly renewAt: number;
}

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

  /** The flight under way, or a new one. An issuer that never answers holds up nobody for longer than this. */
  function fly(): Promise<HeldToken> {
    flight ??= acquired().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  // Its own signal, not that of whoever asked first: others may wait for the same token.
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
    // The old token still works. Once it does not, the next failure reaches those who wait.
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

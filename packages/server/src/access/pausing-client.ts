import type { HttpClient } from "@arbitex/core";

export interface PauseOptions {
  /** Time without requests to an address after it failed. */
  readonly pauseMs: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

interface Failure {
  readonly until: number;
  readonly error: unknown;
}

/**
 * An HTTP client that throws the same error again for a while after an address failed. Otherwise each forged token
 * would cost a request to the issuer.
 */
export function pausingClient(http: HttpClient, { pauseMs, now }: PauseOptions): HttpClient {
  const failures = new Map<string, Failure>();
  return {
    async send(request, signal) {
      const url = String(request.url);
      const failure = failures.get(url);
      if (failure !== undefined && failure.until > now()) throw failure.error;
      failures.delete(url);
      const fail = (error: unknown) => failures.set(url, { until: now() + pauseMs, error });
      try {
        const reply = await http.send(request, signal);
        if (reply.status !== 200) fail(new Error(`${url} answered ${reply.status}`));
        return reply;
      } catch (error) {
        fail(error);
        throw error;
      }
    },
  };
}

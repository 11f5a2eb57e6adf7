import type { HttpClient } from "@arbitex/core";

export interface PauseOptions {
  /** How long an address that failed is left alone. */
  readonly pauseMs: number;
  /** Milliseconds since some moment; never goes back. */
  readonly now: () => number;
}

interface Failure {
  readonly until: number;
  readonly error: unknown;
}

/**
 * A client that does not ask again for a while after an address failed, and throws what it threw. Whoever makes up tokens
 * would otherwise make the server ask the issuer once for each of them.
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

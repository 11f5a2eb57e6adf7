import type { Dispatcher } from "undici";
import type { ConnectorContext } from "../connector/connector.ts";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { exchange } from "./exchange.ts";
import type { HttpReply } from "./http-reply.ts";

export interface HttpRequest {
  readonly url: string | URL;
  /** POST where it is not named. */
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  /** Only Buffers: a string costs a copy, a stream goes out chunked. */
  readonly body?: Buffer;
}

export interface HttpClient {
  /** One request and its whole reply, whatever the status. Redirects are not followed. Throws when no reply came. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
}

export interface HttpClientOptions {
  readonly context: Pick<ConnectorContext, "egress">;
  readonly tls?: TlsSettings;
  /** Longest wait for the reply's head, and for each part of its body. 60 s: some SIEMs answer after 30. */
  readonly timeoutMs?: number;
}

export function httpClient({ context, tls, timeoutMs = 60_000 }: HttpClientOptions): HttpClient {
  // Opened at the first use: an idle destination costs no agent, and a wrong certificate path shows in a check.
  let dispatcher: Dispatcher | undefined;
  let target: Target | undefined;
  return {
    async send({ url, method = "POST", headers, body }, signal) {
      dispatcher ??= context.egress.dispatcher(tls);
      // A destination has one address for its events, and asking a URL for its origin makes it anew each time.
      const href = typeof url === "string" ? url : url.href;
      if (target?.href !== href) target = targetOf(href);
      const { origin, path } = target;
      return exchange(
        dispatcher,
        {
          origin,
          path,
          method,
          headers: headers ?? null,
          body: body ?? null,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
        },
        signal,
      );
    },
  };
}

interface Target {
  readonly href: string;
  readonly origin: string;
  readonly path: string;
}

function targetOf(href: string): Target {
  const { origin, pathname, search } = new URL(href);
  return { href, origin, path: `${pathname}${search}` };
}

import type { ConnectorContext } from "../connector/connector.ts";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { dispatcherTransport } from "./exchange.ts";
import type { HttpTransport } from "../connector/http-transport.ts";
import type { HttpReply } from "../connector/http-reply.ts";

export interface HttpRequest {
  readonly url: string | URL;
  /** POST where it is not named. */
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  /** Only Buffers: a string costs a copy, a stream goes out chunked. */
  readonly body?: Buffer;
  /** How many events the body has, where the reply says something about each. */
  readonly events?: number;
  /** The reply is no text: its bytes are given too. */
  readonly binaryReply?: boolean;
}

export interface HttpClient {
  /** One request and its whole reply, whatever the status. Redirects are not followed. Throws when no reply came. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
}

export interface HttpClientOptions {
  readonly context: Pick<ConnectorContext, "egress">;
  readonly tls?: TlsSettings;
  /**
   * Longest wait for the whole reply, once the request is out. 60 s: some SIEMs answer after 30. All of it, from the look-up of
   * the name on, has twice as long.
   */
  readonly timeoutMs?: number;
}

/** More than any SIEM says about a request, and about each event in it. What is longer is something else. */
const MAX_REPLY_BYTES = 256 * 1024;
const MAX_REPLY_BYTES_PER_EVENT = 1024;
const NO_HEADERS = {};

export function httpClient({ context, tls, timeoutMs = 60_000 }: HttpClientOptions): HttpClient {
  // Opened at the first use: an idle destination costs nothing, and a wrong certificate path shows in a check.
  let transport: HttpTransport | undefined;
  let target: Target | undefined;
  return {
    async send({ url, method = "POST", headers = NO_HEADERS, body, events = 0, binaryReply = false }, signal) {
      const { egress } = context;
      transport ??= egress.http?.(tls) ?? dispatcherTransport(egress.dispatcher(tls));
      // A destination has one address for its events, and asking a URL for its origin makes it anew each time.
      const href = typeof url === "string" ? url : url.href;
      if (target?.href !== href) target = targetOf(href);
      const { origin, path } = target;
      const maxReplyBytes = MAX_REPLY_BYTES + events * MAX_REPLY_BYTES_PER_EVENT;
      const bounds = { timeoutMs, maxReplyBytes };
      return transport.exchange({ origin, path, method, headers, body, binaryReply, ...bounds }, signal);
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

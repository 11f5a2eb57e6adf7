import type { ConnectorContext } from "../connector/connector.ts";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { dispatcherTransport } from "./exchange.ts";
import type { HttpTransport } from "../connector/http-transport.ts";
import type { HttpReply } from "../connector/http-reply.ts";

/** One HTTP request. */
export interface HttpRequest {
  readonly url: string | URL;
  /** Default POST. */
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  /** Only a Buffer: a string is copied, and a stream is sent chunked. */
  readonly body?: Buffer;
  /** The batch's body, where `body` is another form of it. Attempts are then shown with this request. */
  readonly batchBody?: Buffer;
  /** Number of events in the body, if the reply reports on each. Raises the limit of the reply's size. */
  readonly events?: number;
  /** Also keep the raw bytes of the reply, for a reply that is not text. */
  readonly binaryReply?: boolean;
}

/** Sends the HTTP requests of a connector. */
export interface HttpClient {
  /**
   * Sends one request and resolves to its whole reply, whatever the status. Follows no redirects. Throws if no reply
   * came; see `classifyFailure`.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
}

/** Options of `httpClient`. */
export interface HttpClientOptions {
  readonly context: Pick<ConnectorContext, "egress">;
  readonly tls?: TlsSettings;
  /**
   * Milliseconds to wait for the whole reply once the request is sent. Default 60 s, since some SIEMs take more than
   * 30. The whole exchange, from the name lookup on, may take twice as long.
   */
  readonly timeoutMs?: number;
}

/** More than any SIEM answers to one request, and per event in it. A longer reply is not a SIEM's. */
const MAX_REPLY_BYTES = 256 * 1024;
const MAX_REPLY_BYTES_PER_EVENT = 1024;
const NO_HEADERS = {};

/**
 * Creates the HTTP client of a destination. It opens its connections at the first request and reuses them.
 *
 * @example
 * ```ts
 * import type { CheckStep, ConnectorContext } from "@arbitex/core";
 * import { httpClient, noAnswer, reasonOf } from "@arbitex/core";
 *
 * export async function checkHealth(url: string, context: ConnectorContext, signal: AbortSignal): Promise<CheckStep> {
 *   const http = httpClient({ context, timeoutMs: 10_000 });
 *   try {
 *     const reply = await http.send({ url, method: "GET" }, signal);
 *     return { name: "health", status: reply.status === 200 ? "passed" : "failed", detail: reasonOf(reply) };
 *   } catch (error) {
 *     return noAnswer("health", error, "Check the URL and the firewall.");
 *   }
 * }
 * ```
 */
export function httpClient({ context, tls, timeoutMs = 60_000 }: HttpClientOptions): HttpClient {
  // Opened at the first use, so that an idle destination costs nothing and a wrong certificate path shows in a check.
  let transport: HttpTransport | undefined;
  let target: Target | undefined;
  return {
    async send(
      { url, method = "POST", headers = NO_HEADERS, body, batchBody, events = 0, binaryReply = false },
      signal,
    ) {
      const { egress } = context;
      transport ??= egress.http?.(tls) ?? dispatcherTransport(egress.dispatcher(tls));
      // Parse the URL once: a destination has one address, and `URL.origin` is computed at each read.
      const href = typeof url === "string" ? url : url.href;
      if (target?.href !== href) target = targetOf(href);
      const { origin, path } = target;
      const maxReplyBytes = MAX_REPLY_BYTES + events * MAX_REPLY_BYTES_PER_EVENT;
      const bounds = { timeoutMs, maxReplyBytes };
      return transport.exchange({ origin, path, method, headers, body, batchBody, binaryReply, ...bounds }, signal);
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

import type { Dispatcher } from "undici";
import { request } from "undici";
import type { ConnectorContext } from "../connector/connector.ts";
import type { TlsSettings } from "../connector/tls-settings.ts";

export interface HttpRequest {
  readonly url: string | URL;
  /** POST where it is not named. */
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  /** Only Buffers: a string costs a copy, a stream goes out chunked. */
  readonly body?: Buffer;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface HttpClient {
  /** One request and its whole reply, whatever the status. Redirects are not followed. Throws when no reply came. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
}

export interface HttpClientOptions {
  readonly context: ConnectorContext;
  readonly tls?: TlsSettings;
  /** Longest wait for the reply's head, and for each part of its body. 60 s: some SIEMs answer after 30. */
  readonly timeoutMs?: number;
}

/** A reply of a SIEM is small; a larger one is something else, and must not fill the memory. */
const MAX_REPLY_BYTES = 32 * 1024 * 1024;

export function httpClient({ context, tls, timeoutMs = 60_000 }: HttpClientOptions): HttpClient {
  // Opened at the first use: an idle destination costs no agent, and a wrong certificate path shows in a check.
  let dispatcher: Dispatcher | undefined;
  return {
    async send({ url, method = "POST", headers, body }, signal) {
      dispatcher ??= context.egress.dispatcher(tls);
      const reply = await request(url, {
        method,
        signal,
        dispatcher,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        ...(headers && { headers }),
        ...(body && { body }),
      });
      return { status: reply.statusCode, headers: reply.headers, text: await readText(reply.body) };
    },
  };
}

async function readText(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) {
      throw new Error(`the reply is larger than ${MAX_REPLY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  const [first] = chunks;
  return chunks.length === 1 && first ? first.toString("utf8") : Buffer.concat(chunks, bytes).toString("utf8");
}

/** The reply's body as JSON; undefined when it is not JSON (a proxy's HTML, a cut reply). */
export function jsonOf(reply: HttpReply): unknown {
  try {
    return JSON.parse(reply.text);
  } catch {
    return undefined;
  }
}

/** The beginning of a reply that nobody expected, on one line, for a reason that a person reads. */
export function excerptOf(reply: HttpReply, limit = 160): string {
  const text = reply.text.replaceAll(/\s+/g, " ").trim();
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

import type { Egress } from "../connector/egress.ts";
import type { HttpExchange, HttpTransport } from "../connector/http-transport.ts";
import { describeFailure } from "./classify-failure.ts";

/** Beginning of a request and of its answer, as they were on the wire: with secrets, and possibly compressed. */
export interface RawExchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHead: Buffer;
  readonly bodyBytes: number;
  answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly text: string;
    readonly isCut: boolean;
  };
  failure?: string;
}

export interface ExchangeRecorder {
  /** Opens the same connections, and records what passes. */
  readonly egress: Egress;
  /** The exchange that sent this very body; undefined if none did, or it was sent otherwise than by HTTP. */
  of(body: Buffer): RawExchange | undefined;
  /** Address of the last connection that was opened for another protocol than HTTP. */
  target(): string | undefined;
}

/**
 * Records the beginning of every exchange by its body, for as long as the body lives. Other exchanges, such as those
 * that fetch a credential, are found by no body and so never shown.
 */
export function recordExchanges(egress: Egress, mostBytes: number): ExchangeRecorder {
  const exchanges = new WeakMap<Buffer, RawExchange>();
  let target: string | undefined;

  function recorded(transport: HttpTransport): HttpTransport {
    return {
      async exchange(exchange, signal) {
        const { body } = exchange;
        if (body === undefined) return transport.exchange(exchange, signal);
        const raw = rawOf(exchange, body, mostBytes);
        exchanges.set(body, raw);
        try {
          const reply = await transport.exchange(exchange, signal);
          const { status, headers, text } = reply;
          raw.answer = { status, headers, text: beginningOf(text, mostBytes), isCut: text.length > mostBytes };
          return reply;
        } catch (error) {
          raw.failure = describeFailure(error);
          throw error;
        }
      },
    };
  }

  return {
    egress: {
      ...(egress.http && { http: (tls) => recorded(openedHttp(egress, tls)) }),
      dispatcher: (tls) => egress.dispatcher(tls),
      resolve: (host) => egress.resolve(host),
      connectTls(to, signal) {
        target = `tls://${to.host}:${to.port}`;
        return egress.connectTls(to, signal);
      },
      connectPlain(to, signal) {
        target = `tcp://${to.host}:${to.port}`;
        return egress.connectPlain(to, signal);
      },
      close: () => egress.close(),
    },
    of: (body) => exchanges.get(body),
    target: () => target,
  };
}

function openedHttp(egress: Egress, tls: Parameters<NonNullable<Egress["http"]>>[0]): HttpTransport {
  const transport = egress.http?.(tls);
  if (transport === undefined) throw new TypeError("the egress has no HTTP transport");
  return transport;
}

/** Copies the body's beginning: the memory of the rest is used again. */
function rawOf({ method, origin, path, headers }: HttpExchange, body: Buffer, mostBytes: number): RawExchange {
  const bodyHead = Buffer.from(body.subarray(0, mostBytes));
  return { method, url: `${origin}${path}`, headers, bodyHead, bodyBytes: body.length };
}

/** A slice would keep the whole text in memory. */
function beginningOf(text: string, most: number): string {
  return text.length <= most ? text : Buffer.from(text.slice(0, most)).toString();
}

import type { Egress } from "../connector/egress.ts";
import type { HttpExchange, HttpTransport } from "../connector/http-transport.ts";
import { describeFailure } from "./classify-failure.ts";

/**
 * Beginning of a request and of its answer, as they were on the wire: with secrets, and possibly compressed. It can be
 * sent to another thread.
 */
export interface RawExchange {
  /** Undefined for another protocol than HTTP. */
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHead: Uint8Array;
  readonly bodyBytes: number;
  /** False for a request for a credential, or one of a check. */
  readonly hasEvents: boolean;
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
  /** Tells that this body holds events, and forgets its exchange. Call it before each attempt to send it. */
  expect(body: Buffer): void;
  /** The exchange that sent this very body; undefined if none did, or it was sent otherwise than by HTTP. */
  of(body: Buffer): RawExchange | undefined;
  /** How many exchanges without events have begun. */
  others(): number;
  /** The last exchange without events, if it began after there had been this many. */
  otherSince(others: number): RawExchange | undefined;
  /** Address of the last connection that was opened for another protocol than HTTP. */
  target(): string | undefined;
  /** From now on the listener hears how connections for HTTP are opened; undefined ends this. */
  watchDials(listener: HttpExchange["onDial"]): void;
}

/** Enough of a form that asks for a token to know every secret in it. */
const OTHER_BYTES = 8192;
const NO_BODY = Buffer.alloc(0);

/** Bodies that hold events, of all destinations: tables of its own would cost each as much as the rest of its recorder. */
const expected = new WeakSet<Buffer>();
const exchanges = new WeakMap<Buffer, RawExchange>();

/** Records the beginning of every exchange with events by its body, for as long as the body lives; else the last one. */
export function recordExchanges(egress: Egress, mostBytes: number): ExchangeRecorder {
  let others = 0;
  let other: RawExchange | undefined;
  let target: string | undefined;
  let onDial: HttpExchange["onDial"];

  function begun(exchange: HttpExchange): RawExchange {
    const { body, batchBody = body } = exchange;
    if (batchBody !== undefined && expected.has(batchBody)) {
      const raw = rawOf(exchange, true, mostBytes);
      exchanges.set(batchBody, raw);
      return raw;
    }
    others++;
    other = rawOf(exchange, false, Math.max(mostBytes, OTHER_BYTES));
    return other;
  }

  function recorded(transport: HttpTransport): HttpTransport {
    return {
      async exchange(exchange, signal) {
        const raw = begun(exchange);
        try {
          const reply = await transport.exchange(onDial === undefined ? exchange : { ...exchange, onDial }, signal);
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
      // Last: an object that begins with a spread has a shape of its own, half a kilobyte for each destination.
      ...(egress.http && { http: (tls) => recorded(openedHttp(egress, tls)) }),
    },
    expect(body) {
      expected.add(body);
      exchanges.delete(body);
    },
    of: (body) => exchanges.get(body),
    others: () => others,
    otherSince: (before) => (others > before ? other : undefined),
    target: () => target,
    watchDials: (listener) => void (onDial = listener),
  };
}

function openedHttp(egress: Egress, tls: Parameters<NonNullable<Egress["http"]>>[0]): HttpTransport {
  const transport = egress.http?.(tls);
  if (transport === undefined) throw new TypeError("the egress has no HTTP transport");
  return transport;
}

function rawOf(
  { method, origin, path, headers, body = NO_BODY }: HttpExchange,
  hasEvents: boolean,
  mostBytes: number,
): RawExchange {
  const bodyHead = headOf(body, mostBytes);
  return { method, url: `${origin}${path}`, headers, bodyHead, bodyBytes: body.length, hasEvents };
}

/** Copies a body's beginning: the memory of the rest is used again. */
export function headOf(body: Buffer, mostBytes: number): Uint8Array {
  return new Uint8Array(body.subarray(0, mostBytes));
}

/** A slice would keep the whole text in memory. */
function beginningOf(text: string, most: number): string {
  return text.length <= most ? text : Buffer.from(text.slice(0, most)).toString();
}

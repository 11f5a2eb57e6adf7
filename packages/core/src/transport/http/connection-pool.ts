import { setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import { handToConnection } from "../body-memory.ts";
import { deadline, timedOut } from "../deadline.ts";
import type { ReplyMemory } from "../reply-memory.ts";
import { noteSent } from "../unsent.ts";
import { HttpConnection } from "./http-connection.ts";
import type { HttpExchange, HttpTransport } from "../../connector/http-transport.ts";
import { requestHead } from "./request-head.ts";

export interface ConnectionPoolOptions {
  /** Opens a connection to an origin, with TLS for `https:`. */
  readonly dial: (origin: string, signal: AbortSignal, onDial: HttpExchange["onDial"]) => Promise<Dialled>;
  /** Identifies the certificates a new connection would use. Connections with another stamp are no longer used. */
  readonly stamp: () => string;
  readonly replies: ReplyMemory;
  /** Greatest age of a connection in milliseconds. A SIEM that moved to other addresses is reached there after it. */
  readonly maxAgeMs: number;
  readonly random: () => number;
}

export interface Dialled {
  readonly socket: Socket;
  /** Stamp of the certificates it was opened with. */
  readonly stamp: string;
}

export interface ConnectionPool extends HttpTransport {
  /** Closes all connections and aborts their requests. */
  close(): void;
}

/** Lookup, proxy and TLS together. Some proxies take long to reach a SIEM. */
const DIAL_MS = 30_000;
/** Share of the greatest age by which connections differ, so that they do not end at the same time. */
const AGE_SPREAD = 0.4;

/**
 * Creates the connection pool of one destination. A connection serves one request at a time; free ones wait for the
 * next.
 */
export function createConnectionPool({
  dial,
  stamp,
  replies,
  maxAgeMs,
  random,
}: ConnectionPoolOptions): ConnectionPool {
  const open = new Set<HttpConnection>();
  const free = new Map<string, { readonly connection: HttpConnection; readonly stamp: string }[]>();
  const closing = new AbortController();
  // Every connection being opened adds a listener. Node would warn of a leak.
  setMaxListeners(0, closing.signal);

  async function connection(exchange: HttpExchange, signal: AbortSignal): Promise<HttpConnection> {
    const { origin } = exchange;
    const waiting = free.get(origin);
    for (let found = waiting?.pop(); found !== undefined; found = waiting?.pop()) {
      if (found.stamp !== stamp() || !found.connection.isUsable(performance.now())) {
        found.connection.destroy();
        continue;
      }
      // Let a close by the server arrive before writing.
      await new Promise(setImmediate);
      if (found.connection.isUsable(performance.now())) return found.connection;
    }
    return dialled(exchange, signal);
  }

  async function dialled({ origin, timeoutMs, onDial }: HttpExchange, signal: AbortSignal): Promise<HttpConnection> {
    const ms = Math.min(DIAL_MS, 2 * timeoutMs);
    const limit = deadline(signal, ms, () => timedOut(`no connection to ${origin} within ${ms / 1000} s`));
    const onClose = () => limit.abort(new Error("the destination was closed"));
    closing.signal.addEventListener("abort", onClose);
    try {
      const { socket, stamp: madeWith } = await dial(origin, limit.signal, onDial);
      const age = maxAgeMs * (1 - AGE_SPREAD * random());
      const expiresAt = performance.now() + age;
      const fresh = new HttpConnection({
        socket,
        replies,
        expiresAt,
        onFree: (one) => keep(origin, one, madeWith),
        onClose: (one) => open.delete(one),
      });
      open.add(fresh);
      return fresh;
    } catch (error) {
      throw signal.aborted ? error : noteSent(error, false);
    } finally {
      closing.signal.removeEventListener("abort", onClose);
      limit.clear();
    }
  }

  function keep(origin: string, one: HttpConnection, madeWith: string): void {
    const waiting = free.get(origin) ?? [];
    free.set(origin, waiting);
    // Drop the connections that have ended meanwhile.
    const living = waiting.filter(({ connection: other }) => other.isUsable(performance.now()));
    if (living.length < waiting.length) waiting.splice(0, waiting.length, ...living);
    waiting.push({ connection: one, stamp: madeWith });
  }

  return {
    async exchange(exchange: HttpExchange, signal: AbortSignal) {
      const startedAt = performance.now();
      const head = headOf(exchange);
      // Mark the body now: a caller that stops waiting for the connection must not reuse the memory.
      const letGo = exchange.body === undefined ? ignore : handToConnection(exchange.body);
      let one: HttpConnection;
      try {
        one = await connection(exchange, signal);
      } catch (error) {
        letGo();
        throw error;
      }
      return one.exchange({ exchange, head, startedAt, letGo }, signal);
    },
    close() {
      closing.abort();
      for (const one of open) one.destroy();
      free.clear();
    },
  };
}

function ignore(): void {}

function headOf(exchange: HttpExchange): string {
  try {
    return requestHead(exchange);
  } catch (error) {
    throw noteSent(error, false);
  }
}

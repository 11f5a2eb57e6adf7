import type { Socket } from "node:net";
import { handToConnection } from "../body-memory.ts";
import type { Deadline } from "../deadline.ts";
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
  /** Connections being opened. An abort signal of the pool would cost each idle destination a kilobyte. */
  const dialling = new Set<Deadline>();

  async function connection(exchange: HttpExchange, signal: AbortSignal): Promise<HttpConnection> {
    const { origin } = exchange;
    const next = () => free.get(origin)?.pop();
    for (let found = next(); found !== undefined; found = next()) {
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
    dialling.add(limit);
    try {
      const { socket, stamp: madeWith } = await dial(origin, limit.signal, onDial);
      const age = maxAgeMs * (1 - AGE_SPREAD * random());
      const expiresAt = performance.now() + age;
      const fresh = new HttpConnection({
        socket,
        replies,
        expiresAt,
        onFree: (one) => keep(origin, one, madeWith),
        onClose: (one) => forget(origin, one),
      });
      open.add(fresh);
      return fresh;
    } catch (error) {
      throw signal.aborted ? error : noteSent(error, false);
    } finally {
      dialling.delete(limit);
      limit.clear();
    }
  }

  function keep(origin: string, one: HttpConnection, madeWith: string): void {
    const waiting = free.get(origin) ?? [];
    free.set(origin, waiting);
    waiting.push({ connection: one, stamp: madeWith });
  }

  /** Lets a connection go that has ended: with its buffers and TLS session it is larger than the rest of a destination. */
  function forget(origin: string, one: HttpConnection): void {
    open.delete(one);
    const waiting = free.get(origin);
    const at = waiting?.findIndex(({ connection: other }) => other === one) ?? -1;
    if (at >= 0) waiting?.splice(at, 1);
    if (waiting?.length === 0) free.delete(origin);
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
      for (const limit of dialling) limit.abort(new Error("the destination was closed"));
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

import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer as createPlainServer } from "node:net";
import { createServer } from "node:tls";
import { createRandom } from "../events/random.ts";
import type { EventStore } from "./event-store.ts";
import type { Fault } from "./fault.ts";
import { createFaultPlan, nameOf } from "./fault-plan.ts";
import { strike } from "./line-faults.ts";
import type { LoggedRequest, Simulator, SimulatorOptions, SimulatorTls } from "./simulator.ts";
import type { LineFraming } from "./splitter.ts";
import { createSplitter } from "./splitter.ts";
import { testCertificates } from "./test-certificates.ts";

/** The parts of a receiver of messages over TLS that differ per product. */
export interface LineBehaviour<Stored> {
  readonly type: string;
  readonly store: EventStore<Stored>;
  /** How messages are delimited. Default `lf`. */
  readonly framing?: LineFraming;
  /** Listens without TLS. */
  readonly plain?: boolean;
  /** A longer message ends the connection, and what follows it is lost. Default no limit. */
  readonly maxMessageBytes?: number;
  /** The destination's configuration for this address. */
  config(address: LineAddress): Readonly<Record<string, string | number | boolean>>;
  /** Stores a message. */
  take(message: LineMessage): void;
}

/** Address of a line simulator. */
export interface LineAddress {
  readonly host: string;
  readonly port: number;
  /** The keys of `tlsSettings` for a client: the CA to trust, and a client certificate if one is required. */
  readonly tls: Readonly<Record<string, string>>;
}

/** One message of a stream. */
export interface LineMessage {
  /** Without its delimiter. */
  readonly text: string;
  /** 1 for the first connection. */
  readonly connection: number;
}

/** A running simulator of a receiver of lines over TLS or TCP. */
export interface TlsLineSimulator<Stored> extends Simulator<Stored> {
  /** Number of connections so far that completed their handshake. */
  readonly connections: () => number;
  /** Closes all connections in an orderly way, or by a reset. */
  hangUp(how: "end" | "reset"): void;
}

/** Fills the HTTP fields of the request log. */
const NO_HTTP = { method: "TLS", path: "/", headers: {}, status: undefined };

/**
 * Starts a server that stores the messages of a stream and answers nothing. It uses TLS unless the behaviour is `plain`,
 * with `testCertificates` unless the options have `tls`. For faults and counts, a request is one chunk of the stream as
 * TLS delivers it, at most 16 KiB. `reset-before` resets the connection with the chunk unread; faults that need an answer
 * close it with the chunk unread.
 *
 * @example
 * const store = createEventStore<string>(options.keep ?? "all");
 * return startTlsLineSimulator(options, {
 *   type: "acme_syslog",
 *   store,
 *   config: ({ host, port, tls }) => ({ host, port, ...tls }),
 *   take: ({ text }) => store.addAgain(idOf(text), () => text),
 * });
 */
export async function startTlsLineSimulator<Stored>(
  options: SimulatorOptions,
  behaviour: LineBehaviour<Stored>,
): Promise<TlsLineSimulator<Stored>> {
  const { host = "127.0.0.1", port = 0, seed = 1, faults: faultRules, onRequest } = options;
  const { store, framing = "lf", plain = false, maxMessageBytes = Number.POSITIVE_INFINITY } = behaviour;
  const tls: SimulatorTls = options.tls ?? { ...testCertificates.server, trust: testCertificates.ca };
  const faults = createFaultPlan(createRandom(seed));
  if (faultRules !== undefined) faults.set(faultRules);
  const requests: LoggedRequest[] = [];
  const sockets = new Map<Socket, Socket | undefined>();
  const raws = new Map<number | undefined, Socket>();
  let requestCount = 0;
  let connections = 0;
  let refusesCertificates = false;

  function log(body: Buffer, fault: Fault): void {
    requestCount++;
    if (store.keep !== "all" && onRequest === undefined) return;
    const struck = fault.kind === "pass" ? undefined : nameOf(fault);
    const text = store.keep === "all" ? body.toString() : "";
    const entry = { ...NO_HTTP, query: new URLSearchParams(), body: text, wireBytes: body.length, fault: struck };
    if (store.keep === "all") requests.push(entry);
    onRequest?.(entry);
  }

  function accept(socket: Socket): void {
    const raw = raws.get(socket.remotePort);
    socket.on("error", ignore);
    // Like a receiver whose allow list lacks the client: it closes the connection without a word.
    if (refusesCertificates) return void socket.destroy();
    sockets.set(socket, raw);
    socket.on("close", () => sockets.delete(socket));
    const connection = ++connections;
    const splitter = createSplitter(framing);
    let isOver = false;
    const take = (bytes: Buffer) => {
      for (const text of splitter.push(bytes)) behaviour.take({ text, connection });
      if (splitter.waiting <= maxMessageBytes) return;
      isOver = true;
      socket.destroy();
    };
    socket.on("data", (chunk: Buffer) => {
      // Data that arrived with the chunk at which the connection ended is lost with it.
      if (isOver) return;
      const fault = faults.next();
      if (!strike(fault, { socket, raw, chunk, take })) isOver = true;
      log(chunk, fault);
    });
  }

  const secure = { cert: tls.cert, key: tls.key, ...demandOf(tls) };
  const server = plain ? createPlainServer() : createServer(secure, accept);
  server.on("connection", (raw: Socket) => {
    raw.on("error", ignore);
    raws.set(raw.remotePort, raw);
    raw.on("close", () => raws.delete(raw.remotePort));
    if (plain) accept(raw);
  });
  server.on("tlsClientError", ignore);
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;

  return {
    type: behaviour.type,
    url: `${plain ? "tcp" : "tls"}://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    config: behaviour.config({ host, port: bound, tls: plain ? {} : trustOf(tls) }),
    stored: store.stored,
    ids: store.ids,
    requests,
    faults,
    connections: () => connections,
    refuseCredentials(refuse) {
      refusesCertificates = refuse;
    },
    hangUp(how) {
      for (const [socket, raw] of sockets) {
        if (how === "end") socket.end();
        else raw?.resetAndDestroy();
      }
    },
    counts: () => ({ requests: requestCount, ...store.counts() }),
    reset() {
      store.reset();
      requests.length = 0;
      requestCount = 0;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const raw of raws.values()) raw.destroy();
      await closed;
    },
  };
}

function demandOf({ clientCa }: SimulatorTls) {
  return clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
}

/** A client's certificate is known here only when the CA is this package's own. */
function trustOf({ cert, trust = cert, clientCa }: SimulatorTls) {
  const { ca, client } = testCertificates;
  return { tls_ca: trust, ...(clientCa === ca && { tls_cert: client.cert, tls_key: client.key }) };
}

function ignore(): void {}

import { once } from "node:events";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { createServer } from "node:tls";
import { testCertificates } from "../simulator/test-certificates.ts";
import { createRandom } from "../events/random.ts";
import type { EventStore } from "../simulator/event-store.ts";
import { createEventStore } from "../simulator/event-store.ts";
import type { Fault } from "../simulator/fault.ts";
import { createFaultPlan, nameOf } from "../simulator/fault-plan.ts";
import type { LoggedRequest, Simulator, SimulatorOptions, SimulatorTls } from "../simulator/simulator.ts";
import { messageId } from "./message-id.ts";
import type { SyslogFraming } from "./splitter.ts";
import { createSplitter } from "./splitter.ts";

export interface SyslogSimulatorOptions extends SimulatorOptions {
  /** `lf` where it is not given. */
  readonly framing?: SyslogFraming;
  /** A message that is longer ends the connection, and what follows it is lost with it. No limit where it is not given. */
  readonly maxMessageBytes?: number;
}

export interface StoredSyslogMessage {
  /** Without what tells messages apart. */
  readonly text: string;
  /** 1 for the first connection. */
  readonly connection: number;
}

export interface SyslogSimulator extends Simulator<StoredSyslogMessage> {
  /** Connections that finished their handshake so far. */
  readonly connections: () => number;
  /** Ends all connections in good order, or by a reset. */
  hangUp(how: "end" | "reset"): void;
}

/** Shown where there is nothing of HTTP to show. */
const NO_HTTP = { method: "SYSLOG", path: "/", headers: {}, status: undefined };

/**
 * QRadar's TLS Syslog log source, or any receiver of syslog over TLS: it keeps messages and answers nothing. A request, for
 * faults and counts, is a piece of the stream as TLS hands it over: 16 KiB at most. `reset-before` and faults that are answers
 * elsewhere end the connection with the piece unread, the first by a reset.
 */
export async function startSyslogSimulator(options: SyslogSimulatorOptions = {}): Promise<SyslogSimulator> {
  const { host = "127.0.0.1", port = 0, framing = "lf", maxMessageBytes = Number.POSITIVE_INFINITY } = options;
  const { keep = "all", seed = 1, faults: faultRules, onRequest } = options;
  const tls: SimulatorTls = options.tls ?? { ...testCertificates.server, trust: testCertificates.ca };
  const store = createEventStore<StoredSyslogMessage>(keep);
  const faults = createFaultPlan(createRandom(seed));
  if (faultRules !== undefined) faults.set(faultRules);
  const requests: LoggedRequest[] = [];
  const sockets = new Map<TLSSocket, Socket | undefined>();
  const raws = new Map<number | undefined, Socket>();
  let requestCount = 0;
  let connections = 0;
  let refusesCertificates = false;

  function log(body: Buffer, fault: Fault): void {
    requestCount++;
    if (keep !== "all" && onRequest === undefined) return;
    const struck = fault.kind === "pass" ? undefined : nameOf(fault);
    const text = keep === "all" ? body.toString() : "";
    const entry = { ...NO_HTTP, query: new URLSearchParams(), body: text, wireBytes: body.length, fault: struck };
    if (keep === "all") requests.push(entry);
    onRequest?.(entry);
  }

  function take(socket: TLSSocket): void {
    const raw = raws.get(socket.remotePort);
    socket.on("error", ignore);
    // Like a receiver whose list of names is against the client: it says nothing and hangs up.
    if (refusesCertificates) return void socket.destroy();
    sockets.set(socket, raw);
    socket.on("close", () => sockets.delete(socket));
    const connection = ++connections;
    const splitter = createSplitter(framing);
    let isOver = false;
    const keepAll = (piece: Buffer) => {
      for (const text of splitter.push(piece)) storeMessage(store, { text, connection });
      if (splitter.waiting <= maxMessageBytes) return;
      isOver = true;
      socket.destroy();
    };
    socket.on("data", (piece: Buffer) => {
      // What came with the piece at which the connection ended is lost with it.
      if (isOver) return;
      const fault = faults.next();
      if (!suffer(fault, { socket, raw, piece, keepAll })) isOver = true;
      log(piece, fault);
    });
  }

  const server = createServer({ cert: tls.cert, key: tls.key, ...demandOf(tls) }, take);
  server.on("connection", (raw: Socket) => {
    raw.on("error", ignore);
    raws.set(raw.remotePort, raw);
    raw.on("close", () => raws.delete(raw.remotePort));
  });
  server.on("tlsClientError", ignore);
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;

  return {
    type: "qradar",
    url: `tls://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    config: { host, port: bound, ...(framing !== "lf" && { framing }), ...trustOf(tls) },
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

interface Struck {
  readonly socket: TLSSocket;
  readonly raw: Socket | undefined;
  readonly piece: Buffer;
  readonly keepAll: (piece: Buffer) => void;
}

/** False when the connection ends with this piece. */
function suffer(fault: Fault, { socket, raw, piece, keepAll }: Struck): boolean {
  switch (fault.kind) {
    case "pass":
    case "partial":
      // Syslog refuses no single message.
      keepAll(piece);
      return true;
    case "reset-after":
      keepAll(piece);
      raw?.resetAndDestroy();
      return false;
    case "half-closed":
      keepAll(piece);
      socket.end();
      return false;
    case "truncated":
      keepAll(piece.subarray(0, piece.length >> 1));
      socket.destroy();
      return false;
    case "slow": {
      keepAll(piece);
      socket.pause();
      const timer = setTimeout(() => socket.resume(), fault.ms);
      socket.on("close", () => clearTimeout(timer));
      return true;
    }
    case "hang":
      socket.pause();
      return false;
    case "reset-before":
      raw?.resetAndDestroy();
      return false;
    case "status":
    case "html":
    case "empty":
    case "early":
    case "endless":
    case "informed":
    case "drip":
    case "continue":
      socket.destroy();
      return false;
    default:
      return fault satisfies never;
  }
}

function storeMessage(store: EventStore<StoredSyslogMessage>, message: StoredSyslogMessage): void {
  // Syslog knows no repeats: what comes again is kept again.
  store.addAgain(store.keep === "count" ? undefined : messageId(message.text), () => message);
}

function demandOf({ clientCa }: SimulatorTls) {
  return clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
}

/** What a destination needs to be let in; the client's certificate is known here only where it is this package's own. */
function trustOf({ cert, trust = cert, clientCa }: SimulatorTls) {
  const { ca, client } = testCertificates;
  return { tls_ca: trust, ...(clientCa === ca && { tls_cert: client.cert, tls_key: client.key }) };
}

function ignore(): void {}

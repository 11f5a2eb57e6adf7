import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { inspect } from "node:util";
import { createRandom } from "../events/random.ts";
import type { Behaviour, RequestHead } from "./behaviour.ts";
import type { Fault } from "./fault.ts";
import { createFaultPlan, nameOf } from "./fault-plan.ts";
import { sendReply } from "./send-reply.ts";
import type { Mood } from "./serve.ts";
import { serve } from "./serve.ts";
import type { LoggedRequest, Simulator, SimulatorOptions } from "./simulator.ts";

/**
 * Starts an HTTP server that behaves like one SIEM and, on demand, like one that has a bad day.
 *
 * @example
 * const store = createEventStore<object>(options.keep ?? "all");
 * return startHttpSimulator(options, {
 *   type: "acme_log",
 *   store,
 *   maxBodyBytes: 1_000_000,
 *   config: (url) => ({ url: `${url}/ingest`, token: "t-1" }),
 *   isIntake: ({ method, path }) => method === "POST" && path === "/ingest",
 *   answer({ headers, body }) {
 *     if (headers.authorization !== "Bearer t-1") return jsonReply(401, { error: "unknown token" });
 *     for (const line of body.toString().split("\n")) store.addAgain(idOf(line), () => JSON.parse(line));
 *     return jsonReply(202, {});
 *   },
 *   refuseBody: ({ kind }) => jsonReply(kind === "too-large" ? 413 : 400, { error: kind }),
 *   failure: (status) => jsonReply(status, { error: "as the simulator was told" }),
 * });
 */
export async function startHttpSimulator<Stored>(
  options: SimulatorOptions,
  behaviour: Behaviour<Stored>,
): Promise<Simulator<Stored>> {
  const { host = "127.0.0.1", port = 0, tls, seed = 1, faults: rules, onRequest } = options;
  const { store } = behaviour;
  const random = createRandom(seed);
  const faults = createFaultPlan(random);
  if (rules !== undefined) faults.set(rules);
  const closing = new AbortController();
  const maxBodyBytes = Math.min(behaviour.maxBodyBytes, options.maxBodyBytes ?? Number.POSITIVE_INFINITY);
  const mood: Mood = { refusesCredentials: false, poisoned: new Set(), blocked: new Map() };
  const context = { behaviour: { ...behaviour, maxBodyBytes }, random, closing: closing.signal, mood };
  const requests: LoggedRequest[] = [];
  let requestCount = 0;

  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const head = headOf(incoming);
    const fault: Fault = behaviour.isIntake(head) ? faults.next() : { kind: "pass" };
    requestCount += 1;
    const { body, wireBytes, status } = await serve({ incoming, response, head, fault }, context);
    if (store.keep !== "all" && onRequest === undefined) return;
    const text = store.keep === "all" ? body.toString("utf8") : "";
    const struck = fault.kind === "pass" ? undefined : nameOf(fault);
    const entry: LoggedRequest = { ...head, body: text, wireBytes, status, fault: struck };
    if (store.keep === "all") requests.push(entry);
    onRequest?.(entry);
  };
  const server = createServerFor(tls, (incoming, response) => {
    // An exception in a simulator must show in the test that caused it.
    listener(incoming, response).catch((error: unknown) => sendReply(response, { status: 500, body: inspect(error) }));
  });
  // Clients keep connections alive longer than Node's default. A server that closes them first would cause resets of
  // its own.
  server.keepAliveTimeout = 65_000;
  const url = await listen(server, host, port, tls === undefined ? "http" : "https");
  return {
    type: behaviour.type,
    url,
    config: behaviour.config(url),
    stored: store.stored,
    ids: store.ids,
    requests,
    faults,
    refuseCredentials(refuse) {
      mood.refusesCredentials = refuse;
    },
    poison(id) {
      mood.poisoned.add(id);
    },
    block(id, status) {
      mood.blocked.set(id, status);
    },
    counts: () => ({ requests: requestCount, ...store.counts() }),
    reset() {
      store.reset();
      requests.length = 0;
      requestCount = 0;
    },
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function headOf(incoming: IncomingMessage): RequestHead {
  const target = incoming.url ?? "/";
  const mark = target.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1)),
    headers: incoming.headers,
  };
}

function createServerFor(tls: SimulatorOptions["tls"], listener: RequestListener): Server {
  if (tls === undefined) return createServer(listener);
  const { cert, key, clientCa } = tls;
  const demand = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ cert, key, ...demand }, listener);
}

function listen(server: Server, host: string, port: number, scheme: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve(`${scheme}://${host.includes(":") ? `[${host}]` : host}:${bound}`);
    });
  });
}

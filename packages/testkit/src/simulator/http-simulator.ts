import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createRandom } from "../events/random.ts";
import type { Answer, Behaviour, Reply, RequestHead } from "./behaviour.ts";
import { createSpoil, htmlReply } from "./behaviour.ts";
import type { Fault } from "./fault.ts";
import { createFaultPlan, nameOf } from "./fault-plan.ts";
import { readBody } from "./read-body.ts";
import { resetConnection, sendHalf, sendLater, sendReply } from "./send-reply.ts";
import type { LoggedRequest, Simulator, SimulatorOptions } from "./simulator.ts";

/** Starts an HTTP server that behaves like one SIEM and, on demand, like one that has a bad day. */
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
  const requests: LoggedRequest[] = [];
  let requestCount = 0;

  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const head = headOf(incoming);
    const fault: Fault = behaviour.isIntake(head) ? faults.next() : { kind: "pass" };
    requestCount += 1;
    let body = "";
    let wireBytes = 0;
    let status: number | undefined;
    try {
      if (fault.kind !== "reset-before") {
        const read = await readBody(incoming, behaviour.maxBodyBytes);
        if (read.kind !== "read") {
          incoming.resume();
          status = await give(behaviour.refuseBody(read, head), { kind: "pass" });
        } else {
          wireBytes = read.wireBytes;
          if (store.keep === "all") body = read.body.toString("utf8");
          const spoil = fault.kind === "partial" ? { spoil: createSpoil(random, fault) } : {};
          const request = { ...head, body: read.body, ...spoil };
          const instead = replyInstead(fault, behaviour);
          status = instead === "nothing" ? undefined : await give(instead ?? behaviour.answer(request), fault);
        }
      } else {
        resetConnection(response);
      }
    } catch {
      // The client went away before its body was whole; there is nobody to answer.
      response.destroy();
    }
    const entry = { ...head, body, wireBytes, status, fault: fault.kind === "pass" ? undefined : nameOf(fault) };
    if (store.keep === "all") requests.push(entry);
    onRequest?.(entry);

    async function give(answer: Answer, struck: Fault): Promise<number | undefined> {
      if (answer === "reset" || struck.kind === "reset-after") return resetConnection(response);
      if (struck.kind === "truncated") return sendHalf(response, answer);
      if (struck.kind === "slow") return sendLater(response, answer, struck.ms, closing.signal);
      return sendReply(response, answer);
    }
  };

  const server = createServerFor(tls, (incoming, response) => void listener(incoming, response));
  // Clients keep connections for longer than Node's default; a server that closes them first causes resets of its own.
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

/** The answer that a fault gives in place of the SIEM's; undefined when the SIEM is to judge the request itself. */
function replyInstead(fault: Fault, behaviour: Behaviour<unknown>): Reply | "nothing" | undefined {
  switch (fault.kind) {
    case "status": {
      const own = behaviour.failure(fault.status);
      const headers = { ...(fault.body === undefined && own.headers), ...fault.headers };
      return { status: fault.status, headers, body: fault.body ?? own.body ?? "" };
    }
    case "html":
      return htmlReply(200, "Sign in to the network", "Please accept the terms of use.");
    case "empty":
      return { status: 200 };
    case "hang":
      return "nothing";
    default:
      return undefined;
  }
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
  const demand = tls.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ ...tls, ...demand }, listener);
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

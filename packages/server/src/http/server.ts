import type { Secret } from "@arbitex/core";
import type { Destination, Host, HostSettings } from "@arbitex/core/host";
import type { FastifyError, FastifyInstance } from "fastify";
import { fastify } from "fastify";
import { createAuthorize } from "./authorize.ts";
import { answerClientError } from "./client-error.ts";
import { destinationReport } from "./destination-report.ts";
import { postEvents } from "./post-events.ts";
import { METRICS_CONTENT_TYPE } from "./metrics-text.ts";
import { metricsOf } from "./metrics.ts";
import { stopping } from "./ingest-answer.ts";
import { sendProblem } from "./problem.ts";
import { hasRoom } from "./readiness.ts";
import { recordPublisher } from "../reading/record-publisher.ts";

export interface ServerOptions {
  readonly host: Pick<Host, "publishTexts" | "publishRecordTexts" | "status">;
  readonly destinations: readonly Destination[];
  /** Wanted of every request under `/v1`; nothing is wanted without it. */
  readonly ingestToken?: Secret | undefined;
  readonly doorLimits: HostSettings["doorLimits"];
  readonly maxBodyBytes: number;
  /** An answer could not be given; told to the logs, never to the client. */
  readonly onFailure?: (error: Error) => void;
}

export interface SiemServer {
  readonly app: FastifyInstance;
  /** From now on events are refused and `/readyz` says so; all else goes on. */
  stopIntake(): void;
  /** Events that were refused before the host saw them, by code. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** Ends idle connections, waits a moment for requests under way, and then ends those too. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 120_000;
const HEADERS_TIMEOUT_MS = 15_000;
const CLOSE_GRACE_MS = 2000;

/** The HTTP side of a host: intake, health, metrics and the state of destinations. It does not listen yet. */
export function createServer(options: ServerOptions): SiemServer {
  const { host, destinations, onFailure = () => undefined } = options;
  const authorize = createAuthorize(options.ingestToken);
  const unreadable = new Map<string, number>();
  let isStopping = false;
  const app = fastify({
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
  });
  // The body is read by the route itself, as it arrives, and its type judged there.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  app.addHook("onRequest", async (request, reply) => {
    if (!request.url.startsWith("/v1/")) return undefined;
    const refusal = authorize(request.headers.authorization);
    if (refusal !== undefined) return sendProblem(reply.header("www-authenticate", "Bearer"), refusal);
    if (isStopping && request.method === "POST") return sendProblem(reply.header("connection", "close"), stopping);
    return undefined;
  });
  app.setNotFoundHandler((request, reply) => {
    const detail = `There is no ${request.method} ${request.url.split("?", 1)[0] ?? ""}. Events go to POST /v1/events.`;
    return sendProblem(reply, { status: 404, code: "not_found", title: "Not found", detail });
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) {
      const problem = { status, code: "request_invalid", title: "Invalid request", detail: error.message } as const;
      return sendProblem(reply, problem);
    }
    onFailure(error);
    const detail = "The server failed to answer; its log says why.";
    return sendProblem(reply, { status: 500, code: "internal", title: "Internal error", detail });
  });

  const intake = { ...options, unreadable };
  const records = recordPublisher(host);
  app.post("/v1/events", (request, reply) => postEvents(request, reply, { ...intake, publisher: host }));
  app.post("/v1/audit-records", (request, reply) => postEvents(request, reply, { ...intake, publisher: records }));
  app.get("/v1/destinations", () => ({ destinations: host.status().destinations.map(destinationReport) }));
  app.get("/metrics", (_request, reply) => reply.type(METRICS_CONTENT_TYPE).send(metricsOf(host.status(), unreadable)));
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", (_request, reply) => {
    const reason = isStopping
      ? "stopping"
      : hasRoom(destinations, host.status().destinations)
        ? undefined
        : "every queue is full";
    return reason === undefined ? { status: "ready" } : reply.code(503).send({ status: "not ready", reason });
  });

  return {
    app,
    unreadable,
    stopIntake() {
      isStopping = true;
    },
    async close() {
      const giveUp = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
      await app.close();
      clearTimeout(giveUp);
    },
  };
}

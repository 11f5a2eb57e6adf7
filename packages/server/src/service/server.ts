import { httpClient, silentLogger } from "@arbitex/core";
import type { JwtSettings } from "../config/auth-settings.ts";
import { createEgress } from "@arbitex/core/host";
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import type { Caller } from "../access/access.ts";
import { areaOf } from "../access/areas.ts";
import { createAttemptLimit } from "../access/attempts.ts";
import { createJwtSignIn } from "../access/jwt.ts";
import { pausingClient } from "../access/pausing-client.ts";
import { createSignIn } from "../access/sign-in.ts";
import { ownView } from "../cluster/destination-view.ts";
import { shareOf } from "../cluster/share-of.ts";
import { ownVersion } from "../own-version.ts";
import { answerError } from "../http/answer-error.ts";
import { answerClientError } from "../http/client-error.ts";
import { installedConsole, readConsoleFiles } from "../http/console-files.ts";
import { addConsoleRoutes } from "../http/console-routes.ts";
import { createAuthenticator } from "../http/authenticator.ts";
import { fastify } from "../http/framework.ts";
import { addHostRoutes } from "../http/host-routes.ts";
import { stopping } from "../http/ingest-answer.ts";
import { describeRoutes } from "../http/openapi.ts";
import { sendProblem } from "../http/problem.ts";
import { endUnreadBody } from "../http/unread-body.ts";
import type { ServerOptions } from "./server-options.ts";
import type { SiemServer } from "./siem-server.ts";

/** The server with its framework, which the published types do not name. */
export interface HttpServer extends Omit<SiemServer, "listen"> {
  readonly app: FastifyInstance;
}

const REQUEST_TIMEOUT_MS = 120_000;
const HEADERS_TIMEOUT_MS = 15_000;
const CLOSE_GRACE_MS = 2000;

const MOST_FAILURES = 10;
const FAILURES_PER_MS = 60_000;
const ISSUER_PAUSE_MS = 1000;

/**
 * Creates the HTTP side of a host: ingest, health, metrics, the state of destinations, and the API. It does not listen
 * yet.
 */
export function createServer(options: ServerOptions): HttpServer {
  const { ingestToken, authenticate, logger = silentLogger, onFailure = () => undefined } = options;
  const jwt = openJwt(options.jwt, onFailure);
  const signIn = createSignIn({ ingestToken, authenticate, jwt: jwt?.signIn, onFailure });
  const authenticator = createAuthenticator({
    signIn,
    findSession: async (secret) => options.api?.sessions.find(secret),
    isIngestOpen: options.isIngestOpen ?? ingestToken === undefined,
    failures: createAttemptLimit({
      most: () => shareOf(MOST_FAILURES, options.view ?? ownView),
      perMs: FAILURES_PER_MS,
      now: () => performance.now(),
    }),
  });
  const unreadable = new Map<string, number>();
  let isStopping = false;
  const app = fastify({
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    trustProxy: [...(options.trustProxy ?? [])],
  });
  // The ingest route reads its body as a stream and checks the media type itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.setValidatorCompiler(() => (data: unknown) => ({ value: data }));
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));

  app.addHook("onRequest", async (request, reply) => {
    const refusal = await authenticator.judge(request);
    if (refusal !== undefined) {
      return sendProblem(refusal.status === 401 ? reply.header("www-authenticate", "Bearer") : reply, refusal);
    }
    if (isStopping && bringsEvents(request)) return sendProblem(reply.header("connection", "close"), stopping);
    return undefined;
  });
  app.addHook("onResponse", async (request) => endUnreadBody(request.raw));
  app.setNotFoundHandler((request, reply) => {
    const detail = `There is no ${request.method} ${request.url.split("?", 1)[0] ?? ""}. Events go to POST /v1/events; /openapi.json describes every route.`;
    return sendProblem(reply, { status: 404, code: "not_found", title: "Not found", detail });
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => answerError(error, reply, onFailure));

  // The description collects routes registered after it. The framework runs this when the server gets ready.
  void app.register(async (scope) => {
    await describeRoutes(scope, ownVersion());
    addHostRoutes(scope, { ...options, unreadable, isStopping: () => isStopping });
    if (options.api !== undefined) {
      const folder = installedConsole();
      const files = folder === undefined ? undefined : await readConsoleFiles(folder);
      addConsoleRoutes(scope, { files, frameAncestors: options.api.settings.console.frameAncestors });
      const { registerApi } = await import("../api/register-api.ts");
      closeApi = registerApi(scope, options.api, {
        callerOf,
        sessionOf: (request) => authenticator.sessionOf(request),
        refused: (request, detail) => authenticator.refused(request, detail),
        signIn,
        logger,
        onFailure,
      });
    }
  });
  let closeApi: (() => Promise<void>) | undefined;

  function callerOf(request: FastifyRequest): Caller {
    const caller = authenticator.callerOf(request);
    if (caller === undefined) throw new Error(`no caller is authenticated for ${request.method} ${request.url}`);
    return caller;
  }

  return {
    app,
    unreadable,
    stopIntake() {
      isStopping = true;
    },
    async endReplays() {
      await closeApi?.();
    },
    async close() {
      const giveUp = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
      await closeApi?.();
      await app.close();
      await jwt?.close();
      clearTimeout(giveUp);
    },
  };
}

function bringsEvents(request: FastifyRequest): boolean {
  return request.method === "POST" && areaOf(request.routeOptions.url ?? "") === "ingest";
}

function openJwt(settings: JwtSettings | undefined, onFailure: (error: Error) => void) {
  if (settings === undefined) return undefined;
  const egress = createEgress({ environment: process.env });
  const client = httpClient({ context: { egress } });
  const http = pausingClient(client, { pauseMs: ISSUER_PAUSE_MS, now: () => performance.now() });
  return { signIn: createJwtSignIn({ settings, http, now: Date.now, onFailure }), close: () => egress.close() };
}

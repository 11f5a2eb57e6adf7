import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import type { Caller } from "../access/access.ts";
import { createAttemptLimit } from "../access/attempts.ts";
import type { RequestLimit } from "../access/request-limit.ts";
import { createRequestLimit } from "../access/request-limit.ts";
import { createSharedRequestLimit } from "../access/shared-request-limit.ts";
import { shareOf } from "../cluster/share-of.ts";
import type { Session } from "../access/session-store.ts";
import type { SignIn } from "../access/sign-in.ts";
import { addActivityRoutes } from "./activity-routes.ts";
import { addAdminRoutes } from "./admin-routes.ts";
import type { ApiOptions } from "./api-options.ts";
import { addCheckRoutes } from "./check-routes.ts";
import type { Problem } from "../http/problem.ts";
import { addConfigRoutes } from "./config-routes.ts";
import { addOrgCheckpointRoutes } from "./org-checkpoint-routes.ts";
import { acceptJsonBodies } from "./json-body.ts";
import { addGlobalDeadLetterRoutes } from "./global-dead-letter-routes.ts";
import { addDeadLetterGroupRoutes } from "./dead-letter-group-routes.ts";
import { addDeadLetterRoutes } from "./dead-letter-routes.ts";
import { createOneAtATime } from "./one-at-a-time.ts";
import { tellOfLateEvents } from "./late-events.ts";
import { tellOfOperators } from "./operator-acts.ts";
import { addOperatorRoutes } from "./operator-routes.ts";
import { addOutgoingRoutes } from "./outgoing-routes.ts";
import { createReplayJobs } from "./replay-jobs.ts";
import { addReplayRoutes, orderOfRow } from "./replay-routes.ts";
import { createSharedReplayJobs } from "./shared-replay-jobs.ts";
import { addServerRoute } from "./server-route.ts";
import { addSetupKitRoutes } from "./setup-kit-routes.ts";
import { addSetupLinkRoutes } from "./setup-link-routes.ts";
import { addSignInRoutes } from "./sign-in-routes.ts";
import { addTrialRoutes } from "./trial-routes.ts";
import { validateRequest } from "./validate-request.ts";

export interface ApiSurroundings {
  readonly callerOf: (request: FastifyRequest) => Caller;
  readonly sessionOf: (request: FastifyRequest) => Session | undefined;
  readonly signIn: (bearer: string) => Promise<SignIn>;
  readonly refused: (request: FastifyRequest, detail: string) => Problem;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

const MINUTE_MS = 60_000;
const MOST_TESTS = 10;
const MOST_READS = 60;
const MOST_CHANGES = 30;
const MOST_SIGN_INS = 30;
const elapsed = () => performance.now();

/**
 * Adds the routes for organisations and administrators, with their own body parser. The returned function ends what
 * runs for them.
 */
export function registerApi(
  app: FastifyInstance,
  options: ApiOptions,
  surroundings: ApiSurroundings,
): () => Promise<void> {
  const { logger, onFailure } = surroundings;

  function limit(name: string, most: number): RequestLimit {
    const { requestCounts: counts } = options;
    const own = { most, perMs: MINUTE_MS, now: elapsed };
    return counts === undefined ? createRequestLimit(own) : createSharedRequestLimit({ ...own, name, counts, logger });
  }

  const local = createReplayJobs({ now: Date.now, logger, onFailure });
  const jobs =
    options.replays === undefined
      ? local
      : createSharedReplayJobs({
          local,
          table: options.replays,
          orderOf: (row) => orderOfRow(row, { ...options, now: Date.now }),
          clock: systemClock,
          logger,
          onFailure,
        });
  // Called for changes through this server, another server or SQL.
  options.running.onApplied((id) => jobs.lookAt(id));
  const context = {
    ...options,
    ...surroundings,
    jobs,
    now: Date.now,
    tests: limit("tests", MOST_TESTS),
    reads: limit("reads", MOST_READS),
    oneRead: createOneAtATime(),
    changes: limit("changes", MOST_CHANGES),
    reach: limit("reach", MOST_TESTS),
    // Addresses need no token to be counted, so they are not counted in the database.
    signIns: createAttemptLimit({ most: () => shareOf(MOST_SIGN_INS, options.view), perMs: MINUTE_MS, now: elapsed }),
  };
  // Not awaited: the framework adds the routes when it gets ready.
  void app.register(async (scope) => {
    acceptJsonBodies(scope);
    // Proxies must not cache it. A client may, and revalidates.
    scope.addHook("onSend", async (_request, reply) => {
      reply.header("cache-control", "private, no-cache");
    });
    // What the other servers say is read once for a request, before it is shown.
    scope.addHook("preHandler", async ({ method }) => {
      if (method === "GET") await context.view.refresh();
    });
    tellOfOperators(scope, context);
    scope.setValidatorCompiler(validateRequest);
    // Routes send no secrets, so no filter by schema is needed, and a wrong description must not fail an answer.
    scope.setSerializerCompiler(() => (value) => JSON.stringify(value));
    const api = scope.withTypeProvider<ZodTypeProvider>();
    addConfigRoutes(api, context);
    addCheckRoutes(api, context);
    addSetupKitRoutes(api, context);
    addTrialRoutes(api, context);
    addActivityRoutes(api, context);
    addOutgoingRoutes(api, context);
    addOrgCheckpointRoutes(api, context);
    addDeadLetterRoutes(api, context);
    addDeadLetterGroupRoutes(api, context);
    addReplayRoutes(api, context);
    addAdminRoutes(api, context);
    addGlobalDeadLetterRoutes(api, context);
    addOperatorRoutes(api, context);
    addServerRoute(api, context);
    addSignInRoutes(api, context);
    addSetupLinkRoutes(api, context);
  });
  const endTelling = tellOfLateEvents(options, context);
  return async () => {
    endTelling();
    await jobs.close();
  };
}

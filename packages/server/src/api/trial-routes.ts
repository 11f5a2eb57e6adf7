import type { FastifyRequest } from "fastify";
import type { Destination } from "@arbitex/core/host";
import { EntityManagementActivityId } from "@arbitex/core/ocsf";
import { messageOf } from "../message-of.ts";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";
import { orgQuery } from "./acting-org.ts";
import { ADMIN, globalId, globalOf, globalParams } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { actorOf, rowOf, rowsFor, take } from "./api-context.ts";
import { builders, factsOf } from "./audit-facts.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import { createBody, updateBody } from "./config-schemas.ts";
import { attemptsAnswer, attemptsAnswerOf, trialAnswer, trialAnswerOf } from "./trial-answer.ts";
import type { Tried } from "./tried-settings.ts";
import { savedTried, takeTest, unsavedTried } from "./tried-settings.ts";

const tags = ["Configurations"];

/** Adds the routes that send one event to try a destination, and that list its last attempts. */
export function addTrialRoutes(app: ApiApp, context: ApiContext): void {
  async function tried(request: FastifyRequest, settings: Tried) {
    await takeTest(settings, context);
    return sent(settings.destination, trialEvent(request, settings.orgId, settings.connectorType));
  }

  async function sent(destination: Destination, event: Readonly<Record<string, unknown>>) {
    try {
      return trialAnswerOf(await context.host.sendTrial(destination, event), event);
    } catch (error) {
      // The host hides the settings' secrets in it.
      const unopened = { verdict: undefined, reason: messageOf(error), fix: undefined, tookMs: 0, exchange: undefined };
      return trialAnswerOf(unopened, event);
    }
  }

  /** Real for the SIEM, and marked as a test. */
  function trialEvent(request: FastifyRequest, orgId: string | undefined, connectorType: string) {
    return {
      ...builders.entityManagement({
        ...factsOf(orgId, actorOf(request, context), context.now()),
        activityId: EntityManagementActivityId.Read,
        entity: { name: "Test event", type: `SIEM configuration: ${connectorType}` },
        message: "This is a test event: it was sent to try the connection to this SIEM.",
        unmapped: { test: true },
      }),
    };
  }

  app.post(
    `${CONFIGS}/test-event`,
    {
      schema: {
        operationId: "sendTestEventWithSettings",
        summary: "Send one event with settings that are not saved",
        tags,
        security: bearer,
        querystring: orgQuery,
        body: createBody,
        response: answers({ 200: trialAnswer }, [...ALWAYS, ...WITH_BODY]),
      },
    },
    async (request) => {
      const rows = rowsFor(request, request.query.org_id, context);
      return tried(request, await unsavedTried(rows, request.body, context));
    },
  );

  app.post(
    `${CONFIGS}/:id/test-event`,
    {
      schema: {
        operationId: "sendTestEvent",
        summary: "Send one event with what is saved, or a change of it",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        body: updateBody.optional(),
        response: answers({ 200: trialAnswer }, [...ALWAYS, ...WITH_BODY, 404, 409]),
      },
    },
    async (request) => {
      const rows = rowsFor(request, request.query.org_id, context);
      return tried(request, await savedTried(rows, request.params.id, request.body, context));
    },
  );

  app.post(
    `${ADMIN}/destinations/:id/test-event`,
    {
      schema: {
        operationId: "sendGlobalTestEvent",
        summary: "Send one event to a global destination",
        tags: ["Administration"],
        security: bearer,
        params: globalParams,
        response: answers({ 200: trialAnswer }, [...ALWAYS, 404]),
      },
    },
    async (request) => {
      const destination = globalOf(request.params.id, context.host);
      await take(context.tests, "global destinations", "tests of global destinations");
      return sent(destination, trialEvent(request, undefined, destination.connector.type));
    },
  );

  app.get(
    `${CONFIGS}/:id/attempts`,
    {
      schema: {
        operationId: "listAttempts",
        summary: "The last attempts of this server to send events",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        response: answers({ 200: attemptsAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { id } = await rowOf(rowsFor(request, request.query.org_id, context), request.params.id);
      return attemptsAnswerOf(context.host.attemptsOf(id));
    },
  );

  app.get(
    `${ADMIN}/destinations/:id/attempts`,
    {
      schema: {
        operationId: "listGlobalAttempts",
        summary: "The last attempts of this server to send events to a global destination",
        tags: ["Administration"],
        security: bearer,
        params: globalParams,
        response: answers({ 200: attemptsAnswer }, [...ALWAYS, 404]),
      },
    },
    async (request) => attemptsAnswerOf(context.host.attemptsOf(globalId(request.params.id, context.host))),
  );
}

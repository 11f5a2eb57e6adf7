import { hiderOf } from "@arbitex/core/host";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { orgQuery } from "./acting-org.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { rowOf, rowsFor } from "./api-context.ts";
import { checkLines, NDJSON, wantsLines } from "./check-stream.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import { checkAnswer, createBody, statusAnswer, updateBody } from "./config-schemas.ts";
import { checkAnswerOf, placesOfType, statusAnswerOf } from "./config-view.ts";
import { offeredConnector, offeredConnectors } from "./connector-view.ts";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";
import type { Tried } from "./tried-settings.ts";
import { savedTried, takeTest, unsavedTried } from "./tried-settings.ts";

const tags = ["Configurations"];
/** Adds the routes that list connectors, test settings and show the state of destinations. */
export function addCheckRoutes(app: ApiApp, context: ApiContext): void {
  async function check(request: FastifyRequest, reply: FastifyReply, tried: Tried): Promise<FastifyReply> {
    await takeTest(tried, context);
    const { destination } = tried;
    const hide = hiderOf(destination.config);
    if (!wantsLines(request)) {
      return reply.send(checkAnswerOf(await context.host.checkDestination(destination), hide));
    }
    const lines = checkLines((onStep) => context.host.checkDestination(destination, onStep), hide);
    return reply.type(NDJSON).send(lines);
  }

  app.post(
    `${CONFIGS}/test`,
    {
      schema: {
        operationId: "testSettings",
        summary: "Try settings that are not saved; step by step with Accept: application/x-ndjson",
        tags,
        security: bearer,
        querystring: orgQuery,
        body: createBody,
        response: answers({ 200: checkAnswer }, [...ALWAYS, ...WITH_BODY]),
      },
    },
    async (request, reply) => {
      const rows = rowsFor(request, request.query.org_id, context);
      return check(request, reply, await unsavedTried(rows, request.body, context));
    },
  );

  app.post(
    `${CONFIGS}/:id/test`,
    {
      schema: {
        operationId: "testConfig",
        summary: "Try what is saved, or a change of it; step by step with Accept: application/x-ndjson",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        body: updateBody.optional(),
        response: answers({ 200: checkAnswer }, [...ALWAYS, ...WITH_BODY, 404, 409]),
      },
    },
    async (request, reply) => {
      const rows = rowsFor(request, request.query.org_id, context);
      return check(request, reply, await savedTried(rows, request.params.id, request.body, context));
    },
  );

  app.get(
    "/v1/org/siem-connectors",
    {
      schema: {
        operationId: "listOfferedConnectors",
        summary: "The connectors that configurations may be of, with the schemas of their settings",
        tags,
        security: bearer,
        querystring: orgQuery,
        response: answers({ 200: z.object({ connectors: z.array(offeredConnector) }) }, [...ALWAYS, 422]),
      },
    },
    async () => ({ connectors: await offeredConnectors(context.registry) }),
  );

  app.get(
    `${CONFIGS}/:id/status`,
    {
      schema: {
        operationId: "getStatus",
        summary: "What is configured, what runs, and how it is doing",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        response: answers({ 200: statusAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const config = await rowOf(rowsFor(request, request.query.org_id, context), request.params.id);
      return statusAnswerOf(config, context.running, await placesOfType(config.connectorType, context.registry));
    },
  );
}

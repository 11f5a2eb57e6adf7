import type { Destination } from "@arbitex/core/host";
import { hiderOf } from "@arbitex/core/host";
import { z } from "zod";
import { orgQuery } from "./acting-org.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import type { Settings } from "../organisations/configs/siem-config.ts";
import { assertLeft, rowOf, rowsFor, take, takeReach } from "./api-context.ts";
import { NEW_ID, wholeOf } from "./change-config.ts";
import { checkedSettings } from "./checked-settings.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import type { CheckAnswer } from "./config-schemas.ts";
import { checkAnswer, createBody, statusAnswer, updateBody } from "./config-schemas.ts";
import { checkAnswerOf, placesOfType, statusAnswerOf } from "./config-view.ts";
import { offeredConnector, offeredConnectors } from "./connector-view.ts";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";

const tags = ["Configurations"];
const TESTS = "tests of this organisation";

/** Adds the routes that list connectors, test settings and show the state of destinations. */
export function addCheckRoutes(app: ApiApp, context: ApiContext): void {
  async function checked(orgId: string, destination: Destination, settings: Settings): Promise<CheckAnswer> {
    take(context.tests, orgId, TESTS);
    takeReach(context, orgId, settings, await placesOfType(destination.connector.type, context.registry));
    return checkAnswerOf(await context.host.checkDestination(destination), hiderOf(destination.config));
  }

  app.post(
    `${CONFIGS}/test`,
    {
      schema: {
        operationId: "testSettings",
        summary: "Try settings that are not saved",
        tags,
        security: bearer,
        querystring: orgQuery,
        body: createBody,
        response: answers({ 200: checkAnswer }, [...ALWAYS, ...WITH_BODY]),
      },
    },
    async (request) => {
      const { orgId } = rowsFor(request, request.query.org_id, context);
      assertLeft(context.tests, orgId, TESTS);
      const { connector_type: connectorType, config, delivery = {}, filter = {} } = request.body;
      const row = { id: NEW_ID, connectorType, config, delivery, filter, stored: undefined, before: {} };
      const { destination, settings } = await checkedSettings(row, { orgId, now: new Date(context.now()) }, context);
      return checked(orgId, destination, settings);
    },
  );

  app.post(
    `${CONFIGS}/:id/test`,
    {
      schema: {
        operationId: "testConfig",
        summary: "Try what is saved, or a change of it",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        body: updateBody.optional(),
        response: answers({ 200: checkAnswer }, [...ALWAYS, ...WITH_BODY, 404, 409]),
      },
    },
    async (request) => {
      const all = rowsFor(request, request.query.org_id, context);
      assertLeft(context.tests, all.orgId, TESTS);
      const config = await rowOf(all, request.params.id);
      const now = new Date(context.now());
      const whole = wholeOf(config, request.body ?? {});
      const { destination, settings } = await checkedSettings(whole, { ...all, now }, context);
      return checked(all.orgId, destination, settings);
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

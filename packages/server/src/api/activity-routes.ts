import { totalOf } from "@arbitex/core/host";
import { ALWAYS, answers, bearer } from "../http/problem-docs.ts";
import { orgQuery } from "./acting-org.ts";
import { activityAnswer, activityAnswerOf } from "./activity-answer.ts";
import { ADMIN, globalId, globalParams } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { rowOf, rowsFor } from "./api-context.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import { placesOfType, statusAnswerOf } from "./config-view.ts";
import { overviewAnswer, overviewLine, worstFirst } from "./overview-answer.ts";

const tags = ["Configurations"];

/** Adds the routes that show what passed lately, and an organisation's destinations at a glance. */
export function addActivityRoutes(app: ApiApp, context: ApiContext): void {
  const { activity, running, registry, host } = context;

  app.get(
    "/v1/org/overview",
    {
      schema: {
        operationId: "getOverview",
        summary: "Every destination of the organisation at a glance, the worst first",
        tags,
        security: bearer,
        querystring: orgQuery,
        response: answers({ 200: overviewAnswer }, [...ALWAYS, 422]),
      },
    },
    async (request) => {
      const { rows } = rowsFor(request, request.query.org_id, context);
      const [configs, waiting] = await Promise.all([rows.list(), host.waitingDeadLetters()]);
      const lines = configs.map(async (config) => {
        const places = await placesOfType(config.connectorType, registry);
        return overviewLine({
          config,
          status: statusAnswerOf(config, running, places),
          since: running.statusOf(config.id)?.healthSince,
          deadLetters: totalOf(waiting.get(config.id) ?? {}),
          activity: activity.of(config.id),
        });
      });
      return { destinations: (await Promise.all(lines)).toSorted(worstFirst) };
    },
  );

  app.get(
    `${CONFIGS}/:id/activity`,
    {
      schema: {
        operationId: "getActivity",
        summary: "What passed this server in the last hour and day",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        response: answers({ 200: activityAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { id } = await rowOf(rowsFor(request, request.query.org_id, context), request.params.id);
      return activityAnswerOf(activity.of(id));
    },
  );

  app.get(
    `${ADMIN}/destinations/:id/activity`,
    {
      schema: {
        operationId: "getGlobalActivity",
        summary: "What passed this server for a global destination in the last hour and day",
        tags: ["Administration"],
        security: bearer,
        params: globalParams,
        response: answers({ 200: activityAnswer }, [...ALWAYS, 404]),
      },
    },
    async (request) => activityAnswerOf(activity.of(globalId(request.params.id, host))),
  );
}

import type { Destination } from "@arbitex/core/host";
import { z } from "zod";
import { shownStatuses } from "../cluster/destination-view.ts";
import { destinationReport } from "../http/destination-report.ts";
import { Refusal } from "../http/problem.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { take } from "./api-context.ts";
import { checkAnswer } from "./config-schemas.ts";
import { checkAnswerOf } from "./config-view.ts";
import { connectorAnswer, installedConnector, installedConnectors, typeParams } from "./connector-view.ts";
import { destinationAnswer } from "../http/destination-schema.ts";
import { ALWAYS, answers, bearer } from "../http/problem-docs.ts";
import { noSuch } from "./validate-request.ts";

export const ADMIN = "/api/admin/siem";
const tags = ["Administration"];
export const globalParams = z.strictObject({ id: z.string().max(100) });

/** Adds the routes for installed connectors and global destinations. */
export function addAdminRoutes(app: ApiApp, { registry, host, view, tests, activity }: ApiContext): void {
  const globals = () => shownStatuses(host, view).destinations.filter(({ orgId }) => orgId === null);

  app.get(
    `${ADMIN}/connectors`,
    {
      schema: {
        operationId: "listConnectors",
        summary: "The connectors that are installed, with the schemas of their settings",
        tags,
        security: bearer,
        response: answers({ 200: z.object({ connectors: z.array(connectorAnswer) }) }, ALWAYS),
      },
    },
    async () => ({ connectors: await installedConnectors(registry) }),
  );

  app.get(
    `${ADMIN}/connectors/:type`,
    {
      schema: {
        operationId: "getConnector",
        summary: "One of them",
        tags,
        security: bearer,
        params: typeParams,
        response: answers({ 200: connectorAnswer }, [...ALWAYS, 404]),
      },
    },
    (request) => installedConnector(request.params.type, registry),
  );

  app.get(
    `${ADMIN}/destinations`,
    {
      schema: {
        operationId: "listGlobalDestinations",
        summary: "The global destinations, and how they are doing",
        tags,
        security: bearer,
        response: answers({ 200: z.object({ destinations: z.array(destinationAnswer) }) }, ALWAYS),
      },
    },
    async () => {
      const waiting = await host.waitingDeadLetters();
      return {
        destinations: globals().map((status) => destinationReport(status, waiting, activity.silenceOf(status.id))),
      };
    },
  );

  app.get(
    `${ADMIN}/destinations/:id`,
    {
      schema: {
        operationId: "getGlobalDestination",
        summary: "One of them",
        tags,
        security: bearer,
        params: globalParams,
        response: answers({ 200: destinationAnswer }, [...ALWAYS, 404]),
      },
    },
    async (request) => {
      const found = globals().find(({ id }) => id === request.params.id);
      if (found === undefined) throw new Refusal(noGlobal);
      return destinationReport(found, await host.waitingDeadLetters(), activity.silenceOf(found.id));
    },
  );

  app.post(
    `${ADMIN}/destinations/:id/test`,
    {
      schema: {
        operationId: "testGlobalDestination",
        summary: "Try one of them",
        tags,
        security: bearer,
        params: globalParams,
        response: answers({ 200: checkAnswer }, [...ALWAYS, 404]),
      },
    },
    async (request) => {
      await take(tests, "global destinations", "tests of global destinations");
      const isGlobal = globals().some(({ id }) => id === request.params.id);
      const report = isGlobal ? await host.check(request.params.id) : undefined;
      if (report === undefined) throw new Refusal(noGlobal);
      return checkAnswerOf(report, (text) => text);
    },
  );
}

/** The id of a global destination, or a refusal. */
export function globalId(id: string, host: Pick<ApiContext["host"], "status">): string {
  if (host.status().destinations.some((one) => one.orgId === null && one.id === id)) return id;
  throw new Refusal(noGlobal);
}

/** The global destination of an id, or a refusal. */
export function globalOf(id: string, host: Pick<ApiContext["host"], "destinationOf">): Destination {
  const destination = host.destinationOf(id);
  if (destination === undefined || (destination.orgId ?? null) !== null) throw new Refusal(noGlobal);
  return destination;
}

export const noGlobal = {
  ...noSuch,
  detail: `There is no global destination of this id. GET ${ADMIN}/destinations lists them.`,
};

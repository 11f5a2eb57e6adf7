import { EntityManagementActivityId } from "@arbitex/core/ocsf";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { createAttemptLimit } from "../access/attempts.ts";
import type { ApiContext } from "./api-context.ts";
import { actorOf, publishSoon } from "./api-context.ts";
import { builders, factsOf } from "./audit-facts.ts";

const TOLD_EVERY_MS = 3_600_000;
const named = z.looseObject({ org_id: z.string() });

/**
 * Publishes an audit event when an operator looks into an organisation with the console, once an hour for each. What
 * the operator changes there has audit events of its own.
 */
export function tellOfOperators(app: FastifyInstance, context: ApiContext): void {
  const told = createAttemptLimit({ most: () => 1, perMs: TOLD_EVERY_MS, now: () => performance.now() });
  app.addHook("preHandler", async (request) => {
    const query = named.safeParse(request.query);
    const session = context.sessionOf(request);
    if (session === undefined || !query.success || !request.routeOptions.url?.startsWith("/v1/org/")) return;
    const { caller } = session;
    const { org_id: orgId } = query.data;
    if (caller.scopes.some((scope) => "orgId" in scope && scope.orgId === orgId)) return;
    if (!caller.scopes.some(({ kind }) => kind === "admin") || !told.tryTake(`${caller.name} ${orgId}`)) return;
    const event = builders.entityManagement({
      ...factsOf(orgId, actorOf(request, context), context.now()),
      activityId: EntityManagementActivityId.Read,
      entity: { uid: orgId, name: "Destinations of the organisation", type: "SIEM configurations" },
      message: `The operator ${caller.name} acts for the organisation in the console.`,
    });
    await publishSoon(event, context);
  });
}

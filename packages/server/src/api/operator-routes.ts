import { totalOf } from "@arbitex/core/host";
import { z } from "zod";
import { scopeText } from "../access/scope-text.ts";
import type { TokenRecord } from "../access/token-store.ts";
import { health } from "../http/destination-schema.ts";
import { ALWAYS, answers, bearer } from "../http/problem-docs.ts";
import { Refusal } from "../http/problem.ts";
import { ADMIN } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { actorOf, publishSoon } from "./api-context.ts";
import { idParams } from "./config-routes.ts";
import type { OrganisationLine } from "./organisations-view.ts";
import { organisationLines } from "./organisations-view.ts";
import { tokenEventOf } from "./token-events.ts";
import { noSuch } from "./validate-request.ts";

const tags = ["Administration"];
const time = z.iso.datetime();

const organisationsQuery = z.strictObject({
  search: z.string().max(100).default("").meta({ description: "A part of an id, of a name or of a type." }),
  sort: z.enum(["worst", "queued", "dead_letters", "org"]).default("worst"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.coerce.number().int().min(0).default(0).meta({ description: "`next_cursor` of the answer before." }),
});

const organisation = z.object({
  org_id: z.guid(),
  destinations: z.int(),
  failed: z.int(),
  degraded: z.int(),
  silent: z.int(),
  health: health.meta({ description: "The worst of its enabled destinations." }),
  queued: z.int(),
  oldest_age_seconds: z.number().meta({ description: "On this server." }),
  dead_letters_waiting: z.int(),
  last_delivery_at: time.nullable(),
  worst: z
    .object({ id: z.guid(), name: z.string().nullable(), connector_type: z.string(), reason: z.string().nullable() })
    .nullable(),
});

const organisationsAnswer = z
  .object({ organisations: z.array(organisation), total: z.int(), next_cursor: z.string().nullable() })
  .meta({ id: "Organisations", description: "Organisations with destinations, as their rows last said." });

const tokenAnswer = z
  .object({
    id: z.guid(),
    name: z.string(),
    scope: z.string().nullable().meta({ description: "Null when this release does not know it." }),
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable(),
    revoked_at: time.nullable(),
  })
  .meta({ id: "Token", description: "An API token, without the token itself." });

/** Adds the routes that show all organisations and tokens to the operator. */
export function addOperatorRoutes(app: ApiApp, context: ApiContext): void {
  const { configs, host, activity, tokens, running } = context;

  app.get(
    `${ADMIN}/organisations`,
    {
      schema: {
        operationId: "listOrganisations",
        summary: "Every organisation with destinations, the worst first",
        tags,
        security: bearer,
        querystring: organisationsQuery,
        response: answers({ 200: organisationsAnswer }, [...ALWAYS, 422]),
      },
    },
    async ({ query }) => {
      const { limit, cursor } = query;
      const [rows, waiting] = await Promise.all([configs.outlines(), host.waitingDeadLetters()]);
      const lines = organisationLines(rows, query, {
        deadLettersOf: (id) => totalOf(waiting.get(id) ?? {}),
        isSilent: (id) => activity.silenceOf(id) !== undefined,
      });
      const oldestOf = (orgId: string) => {
        const ages = rows.flatMap((row) =>
          row.orgId === orgId ? (running.statusOf(row.id)?.oldestEventAgeMs ?? 0) : [],
        );
        return Math.max(0, ...ages) / 1000;
      };
      const page = lines.slice(cursor, cursor + limit);
      return {
        organisations: page.map((line) => organisationAnswerOf(line, oldestOf(line.orgId))),
        total: lines.length,
        next_cursor: cursor + limit < lines.length ? String(cursor + limit) : null,
      };
    },
  );

  app.get(
    `${ADMIN}/tokens`,
    {
      schema: {
        operationId: "listTokens",
        summary: "API tokens, newest first, with those that are expired or revoked",
        tags,
        security: bearer,
        response: answers({ 200: z.object({ tokens: z.array(tokenAnswer) }) }, ALWAYS),
      },
    },
    async () => ({ tokens: (await tokens.list()).map(tokenAnswerOf) }),
  );

  app.delete(
    `${ADMIN}/tokens/:id`,
    {
      schema: {
        operationId: "revokeToken",
        summary: "Refuse a token from now on; sessions opened with it end",
        tags,
        security: bearer,
        params: idParams,
        response: answers({ 200: tokenAnswer }, [...ALWAYS, 404]),
      },
    },
    async (request) => {
      const revoked = await tokens.revoke(request.params.id);
      if (revoked === undefined) throw new Refusal({ ...noSuch, detail: "There is no token of this id." });
      const { record, isNew } = revoked;
      if (isNew) await publishSoon(tokenEventOf("revoked", record, actorOf(request, context), context.now()), context);
      return tokenAnswerOf(record);
    },
  );
}

function organisationAnswerOf(line: OrganisationLine, oldestAgeSeconds: number): z.output<typeof organisation> {
  const { worst } = line;
  return {
    org_id: line.orgId,
    destinations: line.destinations,
    failed: line.failed,
    degraded: line.degraded,
    silent: line.silent,
    health: line.health,
    queued: line.queued,
    oldest_age_seconds: oldestAgeSeconds,
    dead_letters_waiting: line.deadLetters,
    last_delivery_at: line.lastDeliveryAt?.toISOString() ?? null,
    worst: worst
      ? { id: worst.id, name: worst.name, connector_type: worst.connectorType, reason: worst.lastError }
      : null,
  };
}

function tokenAnswerOf(record: TokenRecord): z.output<typeof tokenAnswer> {
  return {
    id: record.id,
    name: record.name,
    scope: record.scope === undefined ? null : scopeText(record.scope),
    created_at: record.createdAt.toISOString(),
    expires_at: record.expiresAt?.toISOString() ?? null,
    last_used_at: record.lastUsedAt?.toISOString() ?? null,
    revoked_at: record.revokedAt?.toISOString() ?? null,
  };
}

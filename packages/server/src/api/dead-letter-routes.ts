import type { FastifyRequest } from "fastify";
import type { Problem } from "../http/problem.ts";
import { Refusal } from "../http/problem.ts";
import type { DeadLetterFilter } from "../dead-letters/dead-letter-filter.ts";
import type { DeadLetterArchive } from "../dead-letters/dead-letter-archive.ts";
import type { PageOptions } from "../dead-letters/dead-letter-page.ts";
import type { Meant } from "../dead-letters/purge-path.ts";
import { parseMoment } from "../moment.ts";
import { orgQuery } from "./acting-org.ts";
import type { ApiApp, ApiContext, Rows } from "./api-context.ts";
import { rowsFor, take } from "./api-context.ts";
import { CHANGES, CONFIGS, idParams } from "./config-routes.ts";
import { pageAnswer, placeOfCursor } from "./dead-letter-page.ts";
import type { DeadLetterQuery } from "./dead-letter-schemas.ts";
import {
  deadLetterQuery,
  deadLettersAnswer,
  deadLetterSummary,
  purgeAnswer,
  purgeQuery,
} from "./dead-letter-schemas.ts";
import { ALWAYS, answers, bearer } from "../http/problem-docs.ts";
import { invalid, noSuch } from "./validate-request.ts";

/** Adds the routes for an organisation's dead letters, including those of deleted configurations. */
export function addDeadLetterRoutes(app: ApiApp, context: ApiContext): void {
  const tags = ["Dead letters"];
  const { deadLetters } = context;

  async function owns(orgId: string, id: string): Promise<boolean> {
    const { destinations } = await context.oneRead(orgId, () => context.host.deadLettersOf(orgId));
    return destinations.some((one) => one.id === id);
  }

  app.get(
    "/v1/org/dead-letters",
    {
      schema: {
        operationId: "summariseDeadLetters",
        summary: "How much there is by configuration, deleted ones with the others, and how much there may be",
        tags,
        security: bearer,
        querystring: orgQuery,
        response: answers({ 200: deadLetterSummary }, [...ALWAYS, 422]),
      },
    },
    async (request) => {
      const { orgId, rows } = rowsFor(request, request.query.org_id, context);
      await take(context.reads, orgId, READS);
      const { bytes, maxBytes, destinations } = await context.oneRead(orgId, () => context.host.deadLettersOf(orgId));
      const known = new Map((await rows.list()).map((row) => [row.id, row]));
      const configurations = destinations.map(({ id, bytes: size }) => {
        return { id, name: known.get(id)?.name ?? null, is_deleted: !known.has(id), bytes: size };
      });
      return { bytes, max_bytes: maxBytes, configurations };
    },
  );

  app.get(
    `${CONFIGS}/:id/dead-letters`,
    {
      schema: {
        operationId: "listDeadLetters",
        summary: "List, newest first; of a deleted configuration as well",
        tags,
        security: bearer,
        params: idParams,
        querystring: deadLetterQuery,
        response: answers({ 200: deadLettersAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { query, params } = request;
      const { id } = params;
      const all = rowsFor(request, query.org_id, context);
      const { orgId } = all;
      await take(context.reads, orgId, READS);
      const options = { ...pageOptions(id, query, context.now()), orgId };
      const page = await context.oneRead(orgId, () => deadLetters.page({ id }, options));
      if (page.found.length === 0 && (await isDeleted(all, id))) throw new Refusal(noSuch);
      return pageAnswer(page, options.withEvents);
    },
  );

  app.delete(
    `${CONFIGS}/:id/dead-letters`,
    {
      schema: {
        operationId: "purgeDeadLetters",
        summary: "Give up dead letters for good; of a deleted configuration as well",
        tags,
        security: bearer,
        params: idParams,
        querystring: purgeQuery,
        response: answers({ 200: purgeAnswer }, [...ALWAYS, 404, 409, 422]),
      },
    },
    async (request) => {
      const { query, params } = request;
      const { id } = params;
      const all = rowsFor(request, query.org_id, context);
      const { orgId } = all;
      await take(context.changes, orgId, CHANGES);
      const config = await all.rows.get(id);
      const isGone = config === undefined;
      if (isGone && !(await owns(orgId, id))) throw new Refusal(noSuch);
      const isDryRun = query.dry_run === "true";
      if (!isDryRun && query.which === "all") assertConfirmed(query.confirm, config?.name ?? id, request, context);
      const meant = {
        filter: { ...deadLetterFilter({ ...query, stages: query.stage }, context.now()), destination: id, orgId },
        onlyReplayed: query.which === "replayed",
        isDryRun,
        // An open destination may still write.
        isAbandoned: isGone && context.host.statusOf(id) === undefined,
      };
      const purged = await context.oneRead(orgId, () => purge(deadLetters, id, meant));
      return isDryRun ? { purged: 0, found: purged } : { purged };
    },
  );
}

/** A person types the name before waiting dead letters are given up for good. */
export function assertConfirmed(
  given: string | undefined,
  wanted: string,
  request: FastifyRequest,
  { sessionOf }: Pick<ApiContext, "sessionOf">,
): void {
  if (given === undefined && sessionOf(request) === undefined) return;
  if (given !== wanted) throw new Refusal(invalid([unconfirmed]));
}

const unconfirmed = {
  path: "confirm",
  message: "is not the configuration's name.",
  fix: "Give the configuration's name, or its id when it has none or is deleted.",
};

/** A deleted configuration may still have dead letters; only its id is known. */
export async function isDeleted({ rows }: Rows, id: string): Promise<boolean> {
  return (await rows.get(id)) === undefined;
}

export const READS = "lists of this organisation";

/** The number of purged dead letters. */
export async function purge(deadLetters: DeadLetterArchive, id: string, meant: Meant): Promise<number> {
  try {
    const purges = await deadLetters.purge(meant, { id });
    return purges.reduce((sum, { purged }) => sum + purged, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "SIEM_REPLAY_LOCKED")
      throw new Refusal(beingReplayed);
    throw error;
  }
}

export const beingReplayed: Problem = {
  status: 409,
  code: "replay_running",
  title: "Being replayed",
  detail: "These dead letters are being replayed already. Wait for that replay, or cancel it.",
};

interface Selection {
  readonly stages?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

export function deadLetterFilter({ stages, since, until, ids, reason }: Selection, now: number): DeadLetterFilter {
  const timeOf = (text: string | undefined) => (text === undefined ? undefined : parseMoment(text, now, "ago"));
  return {
    stages,
    since: timeOf(since),
    until: timeOf(until),
    ids: ids === undefined ? undefined : new Set(ids),
    reason,
  };
}

/** The page that a query asks for. */
export function pageOptions(
  id: string,
  query: Omit<DeadLetterQuery, "org_id">,
  now: number,
): Omit<PageOptions, "orgId"> {
  const { include = [], limit } = query;
  return {
    filter: { ...deadLetterFilter({ ...query, stages: query.stage }, now), destination: id },
    limit,
    before: placeBefore(query),
    withReplayed: include.includes("replayed"),
    withEvents: include.includes("event"),
  };
}

function placeBefore({ cursor }: Pick<DeadLetterQuery, "cursor">) {
  if (cursor === undefined) return undefined;
  const place = placeOfCursor(cursor);
  if (place === undefined) throw new Refusal(invalid([foreignCursor]));
  return place;
}

const foreignCursor = {
  path: "cursor",
  message: "is no cursor of this list.",
  fix: "Give next_cursor of the answer before, as it is.",
};

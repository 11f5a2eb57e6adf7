import { deadLetterPathOf } from "@arbitex/core/host";
import { Refusal } from "../http/problem.ts";
import type { LetterFilter } from "../letters/letter-filter.ts";
import { parseMoment } from "../moment.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { rowOf, rowsFor, take } from "./api-context.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import { letterPage, placeOfCursor } from "./letter-page.ts";
import type { LetterQuery } from "./letter-schemas.ts";
import { letterQuery, lettersAnswer } from "./letter-schemas.ts";
import { ALWAYS, answers, bearer } from "./route-docs.ts";
import { invalid } from "./validate-request.ts";

/** A configuration's dead letters. */
export function addLetterRoutes(app: ApiApp, context: ApiContext): void {
  app.get(
    `${CONFIGS}/:id/dead-letters`,
    {
      schema: {
        operationId: "listDeadLetters",
        summary: "List, newest first",
        tags: ["Dead letters"],
        security: bearer,
        params: idParams,
        querystring: letterQuery,
        response: answers({ 200: lettersAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { query, params } = request;
      const all = rowsFor(request, query.org_id, context);
      const { id, orgId } = await rowOf(all, params.id);
      take(context.reads, orgId, "lists of this organisation");
      const { include = [], limit } = query;
      const page = await letterPage(deadLetterPathOf({ id }, context.settings.deadLetterPath), {
        filter: { ...letterFilter({ ...query, stages: query.stage }, context.now()), destination: id },
        orgId,
        limit,
        before: placeBefore(query),
        withReplayed: include.includes("replayed"),
        withEvents: include.includes("event"),
      });
      return { letters: [...page.letters], next_cursor: page.next_cursor };
    },
  );
}

interface Meant {
  readonly stages?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

export function letterFilter({ stages, since, until, ids, reason }: Meant, now: number): LetterFilter {
  const timeOf = (text: string | undefined) => (text === undefined ? undefined : parseMoment(text, now, "ago"));
  return {
    stages,
    since: timeOf(since),
    until: timeOf(until),
    ids: ids === undefined ? undefined : new Set(ids),
    reason,
  };
}

function placeBefore({ cursor }: LetterQuery) {
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

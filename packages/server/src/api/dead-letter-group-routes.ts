import type { DeadLetterGroups } from "../dead-letters/group-dead-letters.ts";
import { z } from "zod";
import { ALWAYS, answers, bearer } from "../http/problem-docs.ts";
import { Refusal } from "../http/problem.ts";
import { ADMIN, globalId, globalParams } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { rowsFor, take } from "./api-context.ts";
import { orgQuery } from "./acting-org.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import { deadLetterAnswerOf } from "./dead-letter-page.ts";
import { deadLetterFilter, isDeleted, READS } from "./dead-letter-routes.ts";
import { deadLetterAnswer, selectionQuery } from "./dead-letter-schemas.ts";
import { noSuch } from "./validate-request.ts";

const groupsAnswer = z
  .object({
    groups: z.array(
      z.object({
        stage: z.string(),
        reason: z.string().meta({ description: "With `#` for numbers and ids, which differ within the group." }),
        reason_part: z
          .string()
          .nullable()
          .meta({ description: "Selects the group as `reason` of the list and of a replay; null if nothing does." }),
        count: z.int(),
        oldest_at: z.string(),
        newest_at: z.string(),
        sample_id: z.string(),
      }),
    ),
    total: z.int(),
    others: z.int().meta({ description: "Of groups that are not listed." }),
  })
  .meta({ id: "DeadLetterGroups", description: "Waiting dead letters by stage and reason, the most first." });

const deadLetterParams = idParams.extend({ letter: z.string().min(1).max(100) });

/** Adds the routes that show dead letters by reason, and one of them with its event. */
export function addDeadLetterGroupRoutes(app: ApiApp, context: ApiContext): void {
  const { deadLetters, now, reads, oneRead, host } = context;

  app.get(
    `${CONFIGS}/:id/dead-letters/groups`,
    {
      schema: {
        operationId: "groupDeadLetters",
        summary: "How many wait, by stage and reason",
        tags: ["Dead letters"],
        security: bearer,
        params: idParams,
        querystring: selectionQuery,
        response: answers({ 200: groupsAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { query, params } = request;
      const all = rowsFor(request, query.org_id, context);
      const { orgId } = all;
      await take(reads, orgId, READS);
      const filter = { ...deadLetterFilter({ ...query, stages: query.stage }, now()), destination: params.id };
      const groups = await oneRead(orgId, () => deadLetters.groups({ id: params.id }, { filter, orgId }));
      if (groups.total === 0 && (await isDeleted(all, params.id))) throw new Refusal(noSuch);
      return groupsAnswerOf(groups);
    },
  );

  app.get(
    `${CONFIGS}/:id/dead-letters/:letter`,
    {
      schema: {
        operationId: "getDeadLetter",
        summary: "One of them, with its event",
        tags: ["Dead letters"],
        security: bearer,
        params: deadLetterParams,
        querystring: orgQuery,
        response: answers({ 200: deadLetterAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { query, params } = request;
      const { orgId } = rowsFor(request, query.org_id, context);
      await take(reads, orgId, READS);
      const filter = { destination: params.id, ids: new Set([params.letter]) };
      const wanted = { filter, orgId, limit: 1, before: undefined, withReplayed: true, withEvents: true };
      const page = await oneRead(orgId, () => deadLetters.page({ id: params.id }, wanted));
      const [found] = page.found;
      if (found === undefined) throw new Refusal({ ...noSuch, detail: "There is no such dead letter." });
      return deadLetterAnswerOf(found, true);
    },
  );

  app.get(
    `${ADMIN}/destinations/:id/dead-letters/groups`,
    {
      schema: {
        operationId: "groupGlobalDeadLetters",
        summary: "How many of its dead letters wait, by stage and reason",
        tags: ["Administration"],
        security: bearer,
        params: globalParams,
        querystring: selectionQuery,
        response: answers({ 200: groupsAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async ({ query, params }) => {
      const id = globalId(params.id, host);
      const destination = host.destinationOf(id);
      await take(reads, GLOBALS, "lists of global destinations");
      const filter = { ...deadLetterFilter({ ...query, stages: query.stage }, now()), destination: id };
      const options = { filter, orgId: query.org_id };
      return groupsAnswerOf(await oneRead(GLOBALS, () => deadLetters.groups(destination ?? { id }, options)));
    },
  );
}

const GLOBALS = "global destinations";

function groupsAnswerOf({ groups, total, others }: DeadLetterGroups): z.output<typeof groupsAnswer> {
  return {
    groups: groups.map(({ stage, reason, reasonPart, count, oldestAt, newestAt, sampleId }) => ({
      stage,
      reason,
      reason_part: reasonPart ?? null,
      count,
      oldest_at: oldestAt,
      newest_at: newestAt,
      sample_id: sampleId,
    })),
    total,
    others,
  };
}

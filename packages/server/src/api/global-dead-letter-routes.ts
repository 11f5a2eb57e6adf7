import { z } from "zod";
import { findReplay } from "../dead-letters/replay-destination.ts";
import { ADMIN, globalOf, globalParams } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { actorOf, publishSoon, take } from "./api-context.ts";
import { pageAnswer } from "./dead-letter-page.ts";
import { assertConfirmed, deadLetterFilter, pageOptions, purge } from "./dead-letter-routes.ts";
import {
  deadLetterQuery,
  deadLettersAnswer,
  dryRunAnswer,
  purgeAnswer,
  purgeQuery,
  replayAnswer,
  replayBody,
} from "./dead-letter-schemas.ts";
import { globalEventOf } from "./global-events.ts";
import { existing, foundOf, planOf, replayAnswerOf, startOf, warningOf } from "./replay-routes.ts";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";

const DEAD_LETTERS = `${ADMIN}/destinations/:id/dead-letters`;
const jobParams = globalParams.extend({ job: z.guid().toLowerCase() });
const tags = ["Administration"];
/** Key of global destinations in the limits per organisation. */
const GLOBALS = "global destinations";

/** Adds the administrators' routes for dead letters of global destinations. */
export function addGlobalDeadLetterRoutes(app: ApiApp, context: ApiContext): void {
  const { host, jobs, reads, changes, oneRead, deadLetters, now } = context;

  app.get(
    DEAD_LETTERS,
    {
      schema: {
        operationId: "listGlobalDeadLetters",
        summary: "Its dead letters, newest first",
        tags,
        security: bearer,
        params: globalParams,
        querystring: deadLetterQuery,
        response: answers({ 200: deadLettersAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async ({ params: { id }, query }) => {
      const destination = globalOf(id, host);
      await take(reads, GLOBALS, "lists of global destinations");
      const options = { ...pageOptions(id, query, now()), orgId: query.org_id };
      const page = await oneRead(GLOBALS, () => deadLetters.page(destination, options));
      return pageAnswer(page, options.withEvents);
    },
  );

  app.delete(
    DEAD_LETTERS,
    {
      schema: {
        operationId: "purgeGlobalDeadLetters",
        summary: "Give them up for good",
        tags,
        security: bearer,
        params: globalParams,
        querystring: purgeQuery,
        response: answers({ 200: purgeAnswer }, [...ALWAYS, 404, 409, 422]),
      },
    },
    async (request) => {
      const { query } = request;
      const destination = globalOf(request.params.id, host);
      const { id } = destination;
      await take(changes, GLOBALS, "changes of global destinations");
      const isDryRun = query.dry_run === "true";
      if (!isDryRun && query.which === "all") assertConfirmed(query.confirm, id, request, context);
      const selected = { ...deadLetterFilter({ ...query, stages: query.stage }, now()), destination: id };
      const meant = {
        filter: { ...selected, orgId: query.org_id },
        onlyReplayed: query.which === "replayed",
        isDryRun,
        isAbandoned: false,
      };
      const purged = await oneRead(GLOBALS, () => purge(deadLetters, id, meant));
      if (isDryRun) return { purged: 0, found: purged };
      const event = globalEventOf(
        { kind: "purged", destination, deadLetters: purged },
        actorOf(request, context),
        now(),
      );
      await publishSoon(event, context);
      return { purged };
    },
  );

  app.get(
    `${DEAD_LETTERS}/replay`,
    {
      schema: {
        operationId: "listGlobalReplays",
        summary: "Replays of this server, newest first",
        tags,
        security: bearer,
        params: globalParams,
        response: answers({ 200: z.object({ replays: z.array(replayAnswer) }) }, [...ALWAYS, 404]),
      },
    },
    async ({ params }) => {
      const { id } = globalOf(params.id, host);
      return { replays: (await jobs.list(id)).map((job) => replayAnswerOf(job, null)) };
    },
  );

  app.post(
    `${DEAD_LETTERS}/replay`,
    {
      schema: {
        operationId: "startGlobalReplay",
        summary: "Send their events again",
        tags,
        security: bearer,
        params: globalParams,
        body: replayBody.optional(),
        response: answers({ 200: dryRunAnswer, 202: replayAnswer }, [...ALWAYS, ...WITH_BODY, 404, 409]),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const body = request.body ?? {};
      const destination = globalOf(id, host);
      const plan = planOf(destination, body, context);
      await take(reads, GLOBALS, "replays of global destinations");
      if (body.dry_run === true) {
        const found = await oneRead(GLOBALS, () => findReplay(plan));
        return reply.code(200).send({ dry_run: true, ...foundOf(found), warning: warningOf(found, plan) });
      }
      // A reload of the configuration file replaces changed destinations.
      const isCurrent = async () => host.destinationOf(id) === destination;
      const job = await startOf({ plan, perSecond: body.rate, version: 0, isCurrent }, jobs);
      const started = { kind: "replay-started", destination, deadLetters: job.deadLetters.found } as const;
      await publishSoon(globalEventOf(started, actorOf(request, context), now()), context);
      const location = `${ADMIN}/destinations/${id}/dead-letters/replay/${job.id}`;
      return reply
        .code(202)
        .header("location", location)
        .send(replayAnswerOf(job, warningOf(job.deadLetters, plan)));
    },
  );

  app.get(
    `${DEAD_LETTERS}/replay/:job`,
    {
      schema: {
        operationId: "getGlobalReplay",
        summary: "How far such a replay is",
        tags,
        security: bearer,
        params: jobParams,
        response: answers({ 200: replayAnswer }, [...ALWAYS, 404]),
      },
    },
    async ({ params: { id, job } }) => replayAnswerOf(existing(await jobs.find(globalOf(id, host).id, job)), null),
  );

  app.delete(
    `${DEAD_LETTERS}/replay/:job`,
    {
      schema: {
        operationId: "cancelGlobalReplay",
        summary: "End such a replay in good order",
        tags,
        security: bearer,
        params: jobParams,
        response: answers({ 200: replayAnswer }, [...ALWAYS, 404]),
      },
    },
    async ({ params: { id, job } }) => replayAnswerOf(existing(await jobs.cancel(globalOf(id, host).id, job)), null),
  );
}

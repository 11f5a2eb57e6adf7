import type { Destination } from "@arbitex/core/host";
import { z } from "zod";
import { Refusal } from "../http/problem.ts";
import { findReplay } from "../dead-letters/replay-destination.ts";
import { ADMIN, globalParams, noGlobal } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { take } from "./api-context.ts";
import { pageAnswer } from "./dead-letter-page.ts";
import { pageOptions } from "./dead-letter-routes.ts";
import { dryRunAnswer, deadLetterQuery, deadLettersAnswer, replayAnswer, replayBody } from "./dead-letter-schemas.ts";
import { existing, foundOf, planOf, replayAnswerOf, startOf, warningOf } from "./replay-routes.ts";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";

const DEAD_LETTERS = `${ADMIN}/destinations/:id/dead-letters`;
const jobParams = globalParams.extend({ job: z.guid().toLowerCase() });
const tags = ["Administration"];
/** Key of global destinations in the limits per organisation. */
const GLOBALS = "global destinations";

/** Adds the administrators' routes for dead letters of global destinations. */
export function addGlobalDeadLetterRoutes(app: ApiApp, context: ApiContext): void {
  const { host, jobs, reads, oneRead, deadLetters, now } = context;

  function globalOf(id: string): Destination {
    const destination = host.destinationOf(id);
    if (destination === undefined || (destination.orgId ?? null) !== null) throw new Refusal(noGlobal);
    return destination;
  }

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
      const destination = globalOf(id);
      take(reads, GLOBALS, "lists of global destinations");
      const options = { ...pageOptions(id, query, now()), orgId: query.org_id };
      const page = await oneRead(GLOBALS, () => deadLetters.page(destination, options));
      return pageAnswer(page, options.withEvents);
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
    async ({ params: { id }, body = {} }, reply) => {
      const destination = globalOf(id);
      const plan = planOf(destination, body, context);
      take(reads, GLOBALS, "replays of global destinations");
      if (body.dry_run === true) {
        const found = await oneRead(GLOBALS, () => findReplay(plan));
        return reply.code(200).send({ dry_run: true, ...foundOf(found), warning: warningOf(found, plan) });
      }
      // A reload of the configuration file replaces changed destinations.
      const isCurrent = async () => host.destinationOf(id) === destination;
      const job = await startOf({ plan, perSecond: body.rate, version: 0, isCurrent }, jobs);
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
    async ({ params: { id, job } }) => replayAnswerOf(existing(jobs.find(globalOf(id).id, job)), null),
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
    async ({ params: { id, job } }) => replayAnswerOf(existing(await jobs.cancel(globalOf(id).id, job)), null),
  );
}

import type { FastifyRequest } from "fastify";
import type { Destination } from "@arbitex/core/host";
import { oldEventsOf } from "@arbitex/core/host";
import { z } from "zod";
import type { OrgConfigs } from "../organisations/configs/config-store.ts";
import type { ReplayRow } from "../dead-letters/replays/replay-row.ts";
import type { SiemConfig } from "../organisations/configs/siem-config.ts";
import type { Problem } from "../http/problem.ts";
import { Refusal } from "../http/problem.ts";
import type { FoundDeadLetters, ReplayPlan } from "../dead-letters/replay-destination.ts";
import { findReplay } from "../dead-letters/replay-destination.ts";
import { orgQuery } from "./acting-org.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { publishChange, rowOf, rowsFor, take } from "./api-context.ts";
import { wholeOf } from "./change-config.ts";
import { checkedSettings } from "./checked-settings.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import { beingReplayed, deadLetterFilter } from "./dead-letter-routes.ts";
import type { ReplayAnswer, ReplayBody } from "./dead-letter-schemas.ts";
import { dryRunAnswer, replayAnswer, replayBody } from "./dead-letter-schemas.ts";
import type { ReplayJob, ReplayJobs, ReplayOrder } from "./replay-jobs.ts";
import { isLocked, OutdatedReplay } from "./replay-jobs.ts";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";
import { noSuch } from "./validate-request.ts";

const REPLAYS = `${CONFIGS}/:id/dead-letters/replay`;
const jobParams = idParams.extend({ job: z.guid().toLowerCase() });
const tags = ["Dead letters"];

/** Adds the routes that replay a configuration's dead letters. */
export function addReplayRoutes(app: ApiApp, context: ApiContext): void {
  const { jobs } = context;

  app.post(
    REPLAYS,
    {
      schema: {
        operationId: "startReplay",
        summary: "Send the events of dead letters again",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        body: replayBody.optional(),
        response: answers({ 200: dryRunAnswer, 202: replayAnswer }, [...ALWAYS, ...WITH_BODY, 404, 409]),
      },
    },
    async (request, reply) => {
      const { orgId, rows } = rowsFor(request, request.query.org_id, context);
      await take(context.reads, orgId, "replays of this organisation");
      const config = await rowOf({ orgId, rows }, request.params.id);
      const body = request.body ?? {};
      const plan = planOf(await destinationOf(config, context), body, context);
      if (body.dry_run === true) {
        const deadLetters = await context.oneRead(orgId, () => findReplay(plan));
        return reply.code(200).send({ dry_run: true, ...foundOf(deadLetters), warning: warningOf(deadLetters, plan) });
      }
      const { version } = config;
      const isCurrent = currentAt(config, rows);
      const job = await startOf({ plan, perSecond: body.rate, version, isCurrent }, jobs);
      await publishChange({ kind: "replay-started", config, deadLetters: job.deadLetters.found }, request, context);
      const location = `${CONFIGS}/${config.id}/dead-letters/replay/${job.id}`;
      return reply
        .code(202)
        .header("location", location)
        .send(replayAnswerOf(job, warningOf(job.deadLetters, plan)));
    },
  );

  app.get(
    REPLAYS,
    {
      schema: {
        operationId: "listReplays",
        summary: "Its replays, newest first; of all servers where they share dead letters",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        response: answers({ 200: z.object({ replays: z.array(replayAnswer) }) }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const { id } = await jobOf(request, request.query.org_id, request.params.id);
      return { replays: (await jobs.list(id)).map((job) => replayAnswerOf(job, null)) };
    },
  );

  async function jobOf(request: FastifyRequest, asked: string | undefined, id: string): Promise<SiemConfig> {
    return rowOf(rowsFor(request, asked, context), id);
  }

  const ofOneReplay = {
    tags,
    security: bearer,
    params: jobParams,
    querystring: orgQuery,
    response: answers({ 200: replayAnswer }, [...ALWAYS, 404, 422]),
  };

  app.get(
    `${REPLAYS}/:job`,
    {
      schema: {
        operationId: "getReplay",
        summary: "How far a replay is",
        ...ofOneReplay,
      },
    },
    async (request) => {
      const { id } = await jobOf(request, request.query.org_id, request.params.id);
      return replayAnswerOf(existing(await jobs.find(id, request.params.job)), null);
    },
  );

  app.delete(
    `${REPLAYS}/:job`,
    {
      schema: {
        operationId: "cancelReplay",
        summary: "End a replay in good order; dead letters that were not settled stay as they are",
        ...ofOneReplay,
      },
    },
    async (request) => {
      const { id } = await jobOf(request, request.query.org_id, request.params.id);
      return replayAnswerOf(existing(await jobs.cancel(id, request.params.job)), null);
    },
  );
}

export function planOf(
  destination: Destination,
  body: ReplayBody,
  { now, settings, deadLetters: archive }: Pick<ApiContext, "now" | "settings" | "deadLetters">,
): ReplayPlan {
  const stages = typeof body.stage === "string" ? [body.stage] : body.stage;
  return { destination, filter: deadLetterFilter({ ...body, stages }, now()), archive, settings };
}

async function destinationOf(config: SiemConfig, context: ReplayContext): Promise<Destination> {
  const draft = { orgId: config.orgId, now: new Date(context.now()) };
  return (await checkedSettings(wholeOf(config, {}), draft, context)).destination;
}

function currentAt({ id, version }: SiemConfig, rows: OrgConfigs): ReplayOrder["isCurrent"] {
  return async () => (await rows.get(id))?.version === version;
}

type ReplayContext = Pick<
  ApiContext,
  "now" | "settings" | "deadLetters" | "configs" | "host" | "registry" | "destinationOf"
>;

/** The order of a replay that another server began; undefined when its configuration has changed since. */
export async function orderOfRow(row: ReplayRow, context: ReplayContext): Promise<ReplayOrder | undefined> {
  const { destinationId, orgId, version, filter, perSecond } = row;
  const { host, settings, deadLetters: archive } = context;
  if (orgId === "") {
    const destination = host.destinationOf(destinationId);
    if (destination === undefined || (destination.orgId ?? null) !== null) return undefined;
    const isCurrent = async () => host.destinationOf(destinationId) === destination;
    return { plan: { destination, filter, archive, settings }, perSecond, version, isCurrent };
  }
  const rows = context.configs.forOrg(orgId);
  const config = await rows.get(destinationId);
  if (config?.version !== version) return undefined;
  const destination = await destinationOf(config, context);
  return { plan: { destination, filter, archive, settings }, perSecond, version, isCurrent: currentAt(config, rows) };
}

export async function startOf(order: ReplayOrder, jobs: ReplayJobs): Promise<ReplayJob> {
  try {
    const job = await jobs.start(order);
    if (job !== undefined) return job;
  } catch (error) {
    if (error instanceof OutdatedReplay) throw new Refusal(changed);
    if (isLocked(error)) throw new Refusal(beingReplayed);
    throw error;
  }
  throw new Refusal(busy);
}

export function existing(job: ReplayJob | undefined): ReplayJob {
  if (job === undefined) throw new Refusal({ ...noSuch, detail: GONE });
  return job;
}

const GONE =
  "There is no such replay. It may be of before the server's last start: what it settled stays settled, and another goes on from there.";

export function replayAnswerOf(
  { id, account, deadLetters, startedAt, state, isOutdated }: ReplayJob,
  warning: string | null,
): ReplayAnswer {
  const { end } = account;
  const isStuck = state.kind === "ended" && end.kind === "stuck";
  return {
    id,
    state: state.kind === "ended" ? end.kind : state.kind,
    reason: isOutdated ? changed.detail : isStuck ? end.reason : null,
    fix: isStuck && !isOutdated ? (end.fix ?? null) : null,
    warning,
    ...foundOf(deadLetters),
    offered: account.offered,
    settled: account.settled,
    dead_lettered: account.deadLettered,
    invalid: account.invalid,
    started_at: startedAt.toISOString(),
    ended_at: "at" in state ? state.at.toISOString() : null,
  };
}

export function foundOf({ found, foreign, old }: FoundDeadLetters) {
  return { found, foreign, old };
}

export function warningOf({ old }: FoundDeadLetters, { destination }: ReplayPlan): string | null {
  if (old === 0) return null;
  return `${old} of the events are older than this SIEM takes as they are. ${oldEventsOf(destination)?.effect ?? ""}`.trim();
}

const changed: Problem = {
  status: 409,
  code: "configuration_changed",
  title: "Configuration changed",
  detail: "The configuration was changed or deleted after the replay began. Look at it, and start another replay.",
};

const busy: Problem = {
  status: 503,
  code: "unavailable",
  title: "Too many replays",
  detail: "As many replays are running or waiting as may at a time, or the server is stopping. Try again later.",
  retryAfter: 30,
};

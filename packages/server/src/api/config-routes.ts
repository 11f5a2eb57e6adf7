import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Changed } from "../organisations/configs/config-store.ts";
import type { SiemConfig, SiemConfigInput } from "../organisations/configs/siem-config.ts";
import type { Problem } from "../http/problem.ts";
import { locked, Refusal } from "../http/problem.ts";
import { orgQuery } from "./acting-org.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { publishChange, rowOf, rowsFor, take, takeReach } from "./api-context.ts";
import { changeConfig, newConfig } from "./change-config.ts";
import { configAnswer, createBody, updateBody } from "./config-schemas.ts";
import { configAnswerOf, placesOfType, readableSettings } from "./config-view.ts";
import { recipientChange } from "./recipient.ts";
import { ALWAYS, answers, bearer, ifMatch, ifNoneMatch, nothing, WITH_BODY } from "../http/problem-docs.ts";
import { invalid, noSuch } from "./validate-request.ts";
import { conflict, etagOf, isKnown, isMet, preconditionOf } from "./versions.ts";

export const CONFIGS = "/v1/org/siem-configs";
export const idParams = z.strictObject({ id: z.guid().toLowerCase() });

const tags = ["Configurations"];
const removal = orgQuery.extend({
  leftover: z
    .enum(["deliver", "dead-letter"])
    .default("deliver")
    .meta({ description: "What becomes of events that are queued." }),
});

export const CHANGES = "changes of this organisation";

/**
 * Each configuration is a running destination, so their number is bounded. Two concurrent requests may exceed it by
 * one.
 */
const MOST_CONFIGS = 100;
const tooMany = {
  path: "",
  message: `the organisation has ${MOST_CONFIGS} configurations, which is the most that it may have.`,
  fix: "Delete one that is not needed.",
};

/** Adds the routes that list, create, read, change and delete an organisation's configurations. */
export function addConfigRoutes(app: ApiApp, context: ApiContext): void {
  const { running, registry, jobs, onFailure } = context;

  async function answerOf(config: SiemConfig) {
    return configAnswerOf(config, await placesOfType(config.connectorType, registry), running.statusOf(config.id));
  }

  async function sendConfig(reply: FastifyReply, config: SiemConfig): Promise<FastifyReply> {
    return reply.header("etag", etagOf(config.version)).send(await answerOf(config));
  }

  /** Enabling a row with new recipients reveals which addresses respond, as a test does. */
  async function assertReach(before: SiemConfig, { settings, isEnabled = before.isEnabled }: Partial<SiemConfigInput>) {
    const stored = readableSettings(before);
    const after = settings ?? stored;
    if (!isEnabled || after === undefined) return;
    const places = await placesOfType(before.connectorType, registry);
    const isNew = !before.isEnabled || stored === undefined || recipientChange(stored, after, places) !== undefined;
    if (isNew) await takeReach(context, before.orgId, after, places);
  }

  /** Reconciles the row's destination before the answer. The row's status tells when its settings cannot be used. */
  async function reconcile(id: string): Promise<void> {
    await running.reconcile(id).catch(onFailure);
  }

  app.get(
    CONFIGS,
    {
      schema: {
        operationId: "listConfigs",
        summary: "List, newest first",
        tags,
        security: bearer,
        querystring: orgQuery,
        response: answers({ 200: z.array(configAnswer) }, [...ALWAYS, 422]),
      },
    },
    async (request) => {
      const { rows } = rowsFor(request, request.query.org_id, context);
      return Promise.all((await rows.list()).map(answerOf));
    },
  );

  app.post(
    CONFIGS,
    {
      schema: {
        operationId: "createConfig",
        summary: "Create",
        tags,
        security: bearer,
        querystring: orgQuery,
        body: createBody,
        response: answers({ 201: configAnswer }, [...ALWAYS, ...WITH_BODY, 409]),
      },
    },
    async (request, reply) => {
      const { orgId, rows } = rowsFor(request, request.query.org_id, context);
      await take(context.changes, orgId, CHANGES);
      const input = await newConfig(request.body, { orgId, now: new Date(context.now()) }, context);
      if ((await rows.list()).length >= MOST_CONFIGS) throw new Refusal(invalid([tooMany]));
      if (input.isEnabled)
        await takeReach(context, orgId, input.settings, await placesOfType(input.connectorType, registry));
      const config = await rows.create(input);
      // Applied first, so that the new SIEM receives the event of its own creation.
      await reconcile(config.id);
      const changed = Object.keys(input.settings).map((key) => `config.${key}`);
      await publishChange({ kind: "created", config, changed }, request, context);
      return sendConfig(reply.code(201).header("location", `${CONFIGS}/${config.id}`), config);
    },
  );

  app.get(
    `${CONFIGS}/:id`,
    {
      schema: {
        operationId: "getConfig",
        headers: ifNoneMatch,
        summary: "Read one; If-None-Match spares an unchanged answer",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        response: answers({ 200: configAnswer, 304: nothing }, [...ALWAYS, 404, 422]),
      },
    },
    async (request, reply) => {
      const config = await rowOf(rowsFor(request, request.query.org_id, context), request.params.id);
      if (isKnown(request.headers["if-none-match"], config.version)) {
        return reply.code(304).header("etag", etagOf(config.version)).send(undefined);
      }
      return sendConfig(reply, config);
    },
  );

  for (const method of ["PATCH", "PUT"] as const) {
    app.route({
      method,
      url: `${CONFIGS}/:id`,
      schema: {
        operationId: method === "PUT" ? "putConfig" : "patchConfig",
        headers: ifMatch,
        summary: "Change the properties that the body names; If-Match refuses a concurrent change",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        body: updateBody,
        response: answers({ 200: configAnswer }, [...ALWAYS, ...WITH_BODY, 404, 409, 412]),
      },
      handler: async (request, reply) => {
        const { orgId, rows } = rowsFor(request, request.query.org_id, context);
        await take(context.changes, orgId, CHANGES);
        const precondition = preconditionOf(request.headers["if-match"]);
        const change = { configs: rows, id: request.params.id, body: request.body, precondition, assertReach };
        const { before, after, changed } = await changeConfig(change, { orgId, now: new Date(context.now()) }, context);
        if (changed.length > 0) {
          await jobs.end(after.id, after.version);
          // Published first, so that a SIEM hears of the change that takes its events away.
          await publishChange({ kind: "updated", config: after, before, changed }, request, context);
          await reconcile(after.id);
        }
        return sendConfig(reply, after);
      },
    });
  }

  app.delete(
    `${CONFIGS}/:id`,
    {
      schema: {
        operationId: "deleteConfig",
        headers: ifMatch,
        summary: "Delete",
        tags,
        security: bearer,
        params: idParams,
        querystring: removal,
        response: answers({ 204: nothing }, [...ALWAYS, 404, 412, 422]),
      },
    },
    async (request, reply) => {
      const { org_id, leftover } = request.query;
      const all = rowsFor(request, org_id, context);
      await take(context.changes, all.orgId, CHANGES);
      const precondition = preconditionOf(request.headers["if-match"]);
      const current = await rowOf(all, request.params.id);
      if (!isMet(precondition, current.version)) throw new Refusal(conflict(current.version));
      const version = precondition.kind === "any" ? undefined : current.version;
      const takeBack = running.removing(current.id, leftover);
      const removed = await all.rows.remove(current.id, version).catch((error: unknown) => {
        takeBack();
        throw error;
      });
      if (removed.kind !== "done") {
        takeBack();
        throw new Refusal(notRemoved(removed));
      }
      await jobs.end(current.id, undefined);
      await publishChange({ kind: "deleted", config: removed.config, leftover }, request, context);
      await reconcile(current.id);
      return reply.code(204).send();
    },
  );
}

function notRemoved(result: Exclude<Changed, { kind: "done" }>): Problem {
  switch (result.kind) {
    case "missing":
      return noSuch;
    case "locked":
      return locked;
    case "conflict":
      return conflict(result.version);
    default:
      return result satisfies never;
  }
}

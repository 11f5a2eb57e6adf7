import { Readable } from "node:stream";
import { sameOrg } from "@arbitex/core/host";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";
import { Refusal } from "../http/problem.ts";
import { hiddenReadProblems } from "../organisations/tenants/tenant-destination.ts";
import { acceptedEvent, explainAnswer, explainAnswerOf } from "../outgoing/explain-answer.ts";
import { previewAnswer, previewBody, previewFilter, previewSettings } from "../outgoing/preview-filter.ts";
import { tapSelect } from "../outgoing/tap-filter.ts";
import { serverSentEvent, tapLineOf } from "../outgoing/tap-lines.ts";
import { orgQuery } from "./acting-org.ts";
import { ADMIN, globalId, globalParams } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { rowOf, rowsFor, take } from "./api-context.ts";
import { CONFIGS, idParams } from "./config-routes.ts";
import { createOpenTaps } from "./open-taps.ts";
import { savedTried } from "./tried-settings.ts";
import { invalid } from "./validate-request.ts";

const tags = ["Configurations"];
const eventBody = z
  .strictObject({ event: z.record(z.string(), z.unknown()).meta({ description: "An OCSF event." }) })
  .meta({ description: "The event that is asked about." });
const tapQuery = z.strictObject({
  destination: z.string().optional().meta({ description: "Only this destination." }),
  filter: z.string().optional().meta({ description: "Only events for which this expression in CEL is true." }),
});
/** Not JSON, so described by hand. */
const tapAnswer = {
  description: "`event` for each event that is shown, and `account` every second, until the client leaves.",
  content: { "text/event-stream": { schema: z.string() } },
};
const GLOBALS = "global destinations";

/** Adds the routes that show what leaves for a destination: of a filter, of one event, and as events pass. */
export function addOutgoingRoutes(app: ApiApp, context: ApiContext): void {
  const { host, reads } = context;
  const taps = createOpenTaps();

  async function preview(body: z.output<typeof previewBody>, orgId: string | null) {
    await take(reads, orgId ?? GLOBALS, "looks at recent events");
    const read = previewSettings(body);
    if ("problems" in read) throw new Refusal(invalid(read.problems));
    const hidden =
      orgId === null ? [] : hiddenReadProblems(read.settings.filter, context.settings.redaction.ofOrganisations);
    if (hidden.length > 0) throw new Refusal(invalid(hidden));
    return previewFilter(host, orgId, read.settings);
  }

  function recordOf(event: Readonly<Record<string, unknown>>) {
    const accepted = acceptedEvent(JSON.stringify(event), context.now());
    if ("problems" in accepted) throw new Refusal(invalid(accepted.problems));
    return accepted.record;
  }

  /** Streams what passes until the client leaves. */
  function stream(reply: FastifyReply, { owner, cel, isMeant, nameOf }: Stream): FastifyReply {
    const read = tapSelect(cel);
    if ("problems" in read) throw new Refusal(invalid(read.problems));
    const signal = taps.take(owner, reply.raw);
    const { select } = read;
    const items = host.tap({ isMeant, ...(select !== undefined && { select }), signal });
    const lines = Readable.from(textOf(items, nameOf), { objectMode: false, highWaterMark: 64 * 1024 });
    return reply.type("text/event-stream").header("x-accel-buffering", "no").send(lines);
  }

  app.addHook("preClose", async () => taps.close());

  app.post(
    "/v1/org/filter/preview",
    {
      schema: {
        operationId: "previewFilter",
        summary: "Try a filter and redactions on recent events",
        tags,
        security: bearer,
        querystring: orgQuery,
        body: previewBody,
        response: answers({ 200: previewAnswer }, [...ALWAYS, ...WITH_BODY]),
      },
    },
    async (request) => preview(request.body, rowsFor(request, request.query.org_id, context).orgId),
  );

  app.post(
    `${ADMIN}/filter/preview`,
    {
      schema: {
        operationId: "previewGlobalFilter",
        summary: "Try a filter and redactions on recent events of all organisations",
        tags: ["Administration"],
        security: bearer,
        body: previewBody,
        response: answers({ 200: previewAnswer }, [...ALWAYS, ...WITH_BODY]),
      },
    },
    async (request) => preview(request.body, null),
  );

  app.post(
    `${CONFIGS}/:id/explain`,
    {
      schema: {
        operationId: "explainEvent",
        summary: "What would happen to an event, without sending it",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        body: eventBody,
        response: answers({ 200: explainAnswer }, [...ALWAYS, ...WITH_BODY, 404]),
      },
    },
    async (request) => {
      const rows = rowsFor(request, request.query.org_id, context);
      await take(reads, rows.orgId, "looks at events");
      const { destination } = await savedTried(rows, request.params.id, undefined, context);
      return explainAnswerOf(await host.explain(destination, recordOf(request.body.event)));
    },
  );

  app.post(
    `${ADMIN}/destinations/:id/explain`,
    {
      schema: {
        operationId: "explainGlobalEvent",
        summary: "What would happen to an event at a global destination, without sending it",
        tags: ["Administration"],
        security: bearer,
        params: globalParams,
        body: eventBody,
        response: answers({ 200: explainAnswer }, [...ALWAYS, ...WITH_BODY, 404]),
      },
    },
    async (request) => {
      await take(reads, GLOBALS, "looks at events");
      const destination = host.destinationOf(globalId(request.params.id, host));
      if (destination === undefined) throw new TypeError("a global destination went away");
      return explainAnswerOf(await host.explain(destination, recordOf(request.body.event)));
    },
  );

  app.get(
    "/v1/org/tap",
    {
      schema: {
        operationId: "tap",
        summary: "Events as they pass the organisation's destinations",
        tags,
        security: bearer,
        querystring: orgQuery.extend(tapQuery.shape),
        response: { ...answers({}, [...ALWAYS, 404, 422]), 200: tapAnswer },
      },
    },
    async (request, reply) => {
      const { destination, filter, org_id } = request.query;
      const rows = rowsFor(request, org_id, context);
      if (destination !== undefined) await rowOf(rows, destination);
      const names = new Map((await rows.rows.list()).map(({ id, name }) => [id, name]));
      return stream(reply, {
        owner: rows.orgId,
        cel: filter,
        isMeant: (id, orgId) =>
          orgId !== null && sameOrg(orgId, rows.orgId) && (destination === undefined || id === destination),
        nameOf: (id) => names.get(id) ?? null,
      });
    },
  );

  app.get(
    `${ADMIN}/tap`,
    {
      schema: {
        operationId: "tapGlobal",
        summary: "Events as they pass any destination",
        tags: ["Administration"],
        security: bearer,
        querystring: tapQuery,
        response: { ...answers({}, [...ALWAYS, 422]), 200: tapAnswer },
      },
    },
    async ({ query: { destination, filter } }, reply) =>
      stream(reply, {
        owner: GLOBALS,
        cel: filter,
        isMeant: (id) => destination === undefined || id === destination,
        nameOf: () => null,
      }),
  );
}

interface Stream {
  /** Whose taps are counted. */
  readonly owner: string;
  readonly cel: string | undefined;
  readonly isMeant: (destinationId: string, orgId: string | null) => boolean;
  readonly nameOf: (destinationId: string) => string | null;
}

type Items = ReturnType<ApiContext["host"]["tap"]>;

async function* textOf(items: Items, nameOf: Stream["nameOf"]): AsyncGenerator<string, void> {
  // So that the client knows at once that it is connected.
  yield ": open\n\n";
  for await (const item of items) yield serverSentEvent(tapLineOf(item, nameOf));
}

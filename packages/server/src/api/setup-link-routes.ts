import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { ALWAYS, answers, bearer, WITH_BODY } from "../http/problem-docs.ts";
import { Refusal } from "../http/problem.ts";
import { actingOrg, orgQuery } from "./acting-org.ts";
import { ADMIN } from "./admin-routes.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { actorOf, publishSoon, take } from "./api-context.ts";
import { CHANGES, idParams } from "./config-routes.ts";
import type { LinkChange } from "./link-events.ts";
import { linkEventOf } from "./link-events.ts";
import { madeLinkAnswer, setupLinkAnswer, setupLinkAnswerOf, setupLinkBody, setupUrl } from "./setup-link-answer.ts";
import type { SetupLink } from "../access/setup-link.ts";
import { invalid, noSuch } from "./validate-request.ts";

const LINKS = "/v1/org/setup-links";
const tags = ["Set-up links"];
const MOST_ACTIVE = 50;

/** Adds the routes that make, list and revoke set-up links. */
export function addSetupLinkRoutes(app: ApiApp, context: ApiContext): void {
  const { links } = context;
  const orgOf = (request: FastifyRequest, asked: string | undefined) => actingOrg(context.callerOf(request), asked);
  const tell = (change: LinkChange, link: SetupLink, request: FastifyRequest) =>
    publishSoon(linkEventOf(change, link, actorOf(request, context), context.now()), context);
  const listOf = (found: readonly SetupLink[]) => {
    return { setup_links: found.map((link) => setupLinkAnswerOf(link, context.now())) };
  };

  app.get(
    LINKS,
    {
      schema: {
        operationId: "listSetupLinks",
        summary: "List, newest first, with those that are expired or revoked",
        tags,
        security: bearer,
        querystring: orgQuery,
        response: answers({ 200: z.object({ setup_links: z.array(setupLinkAnswer) }) }, [...ALWAYS, 422]),
      },
    },
    async (request) => listOf(await links.list(orgOf(request, request.query.org_id))),
  );

  app.post(
    LINKS,
    {
      schema: {
        operationId: "createSetupLink",
        summary: "Make a link that sets up the destinations of one organisation without an account",
        tags,
        security: bearer,
        querystring: orgQuery,
        body: setupLinkBody.optional(),
        response: answers({ 201: madeLinkAnswer }, [...ALWAYS, ...WITH_BODY]),
      },
    },
    async (request, reply) => {
      const orgId = orgOf(request, request.query.org_id);
      await take(context.changes, orgId, CHANGES);
      if ((await links.countActive(orgId)) >= MOST_ACTIVE) throw new Refusal(invalid([tooMany]));
      const { name = null, expires_in: expiresIn } = request.body ?? setupLinkBody.parse({});
      const expiresAt = new Date(context.now() + expiresIn);
      const createdBy = context.callerOf(request).name;
      const { token, link } = await links.create({ orgId, name, createdBy, expiresAt });
      await tell("created", link, request);
      const origin = context.settings.console.url ?? originOf(request);
      const secret = token.reveal();
      return reply
        .code(201)
        .send({ ...setupLinkAnswerOf(link, context.now()), token: secret, url: setupUrl(origin, secret) });
    },
  );

  app.delete(
    `${LINKS}/:id`,
    {
      schema: {
        operationId: "revokeSetupLink",
        summary: "Refuse a link from now on; sessions opened with it end",
        tags,
        security: bearer,
        params: idParams,
        querystring: orgQuery,
        response: answers({ 200: setupLinkAnswer }, [...ALWAYS, 404, 422]),
      },
    },
    async (request) => {
      const orgId = orgOf(request, request.query.org_id);
      await take(context.changes, orgId, CHANGES);
      const revoked = await links.revoke(request.params.id, orgId);
      if (revoked === undefined) throw new Refusal(noLink);
      if (revoked.isNew) await tell("revoked", revoked.link, request);
      return setupLinkAnswerOf(revoked.link, context.now());
    },
  );

  app.get(
    `${ADMIN}/setup-links`,
    {
      schema: {
        operationId: "listAllSetupLinks",
        summary: "Every organisation's set-up links, newest first",
        tags,
        security: bearer,
        response: answers({ 200: z.object({ setup_links: z.array(setupLinkAnswer) }) }, ALWAYS),
      },
    },
    async () => listOf(await links.list()),
  );
}

/** This server's address as the caller wrote it, or as a trusted proxy says. */
function originOf({ protocol, host }: FastifyRequest): string {
  const text = `${protocol}://${host}`;
  return URL.canParse(text) ? new URL(text).origin : "";
}

const noLink = { ...noSuch, detail: `There is no set-up link of this id. GET ${LINKS} lists them.` };

const tooMany = {
  path: "",
  message: `the organisation has ${MOST_ACTIVE} set-up links that can be used, which is the most that it may have.`,
  fix: "Revoke one that is not needed.",
};

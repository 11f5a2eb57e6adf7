import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { addressKey } from "../access/address-key.ts";
import type { OpenedSession } from "../access/session-store.ts";
import { linkText } from "../access/setup-link.ts";
import { unavailable } from "../http/authenticator.ts";
import { clientAddress } from "../http/client-address.ts";
import { ALWAYS, answers, bearer, nothing, WITH_BODY } from "../http/problem-docs.ts";
import type { Problem } from "../http/problem.ts";
import { Refusal } from "../http/problem.ts";
import { clearSessionCookie, sessionSecretOf, setSessionCookie } from "../http/session-cookie.ts";
import type { ApiApp, ApiContext } from "./api-context.ts";
import { publishSoon, takeAttempt } from "./api-context.ts";
import { linkEventOf } from "./link-events.ts";
import { sessionAnswer, sessionAnswerOf } from "./session-answer.ts";

const tags = ["Sessions"];
const credential = z.string().min(1).max(16_384);
const signInBody = z
  .union([z.strictObject({ token: credential }), z.strictObject({ setup_token: credential })])
  .meta({ description: "`token`: an API token or a JSON Web Token. `setup_token`: what follows `#setup=` in a link." });

/** Adds the routes that open, show and end a browser's session. */
export function addSignInRoutes(app: ApiApp, context: ApiContext): void {
  const { sessions, links } = context;

  app.post(
    "/v1/sign-in",
    {
      schema: {
        operationId: "signIn",
        summary: "Open a session; its cookie stands for the token from then on",
        tags,
        body: signInBody,
        response: answers({ 200: sessionAnswer }, [...ALWAYS, ...WITH_BODY]),
      },
    },
    async (request, reply) => {
      const site = request.headers["sec-fetch-site"];
      if (site !== undefined && site !== "same-origin" && site !== "none") throw new Refusal(foreignPage);
      takeAttempt(context.signIns, addressKey(clientAddress(request)), "sessions opened from this address");
      const { body } = request;
      const opened = "token" in body ? await withToken(body.token, request) : await withLink(body.setup_token, request);
      return send(reply, request, opened);
    },
  );

  app.get(
    "/v1/session",
    {
      schema: {
        operationId: "getSession",
        summary: "Who is signed in, and what the caller may do",
        tags,
        security: bearer,
        response: answers({ 200: sessionAnswer }, ALWAYS),
      },
    },
    async (request) => sessionAnswerOf(context.callerOf(request), context.sessionOf(request)),
  );

  app.delete(
    "/v1/session",
    {
      schema: {
        operationId: "signOut",
        summary: "End the session on every server",
        tags,
        security: bearer,
        response: answers({ 204: nothing }, ALWAYS),
      },
    },
    async (request, reply) => {
      const secret = sessionSecretOf(request);
      if (secret !== undefined && context.sessionOf(request) !== undefined) await sessions.end(secret);
      clearSessionCookie(reply);
      return reply.code(204).send();
    },
  );

  async function withToken(token: string, request: FastifyRequest): Promise<OpenedSession> {
    const result = await context.signIn(token);
    switch (result.kind) {
      case "refused":
        throw new Refusal(context.refused(request, result.reason));
      case "unavailable":
        throw new Refusal(unavailable(result.reason));
      case "known":
        if (!result.caller.scopes.some(({ kind }) => kind !== "ingest")) throw new Refusal(forEventsAlone);
        return sessions.openForCaller(result.caller);
      default:
        return result satisfies never;
    }
  }

  async function withLink(token: string, request: FastifyRequest): Promise<OpenedSession> {
    const use = await links.use(token);
    if (use.kind !== "used") throw new Refusal(context.refused(request, REFUSALS[use.kind]));
    const { link } = use;
    const caller = { name: linkText(link), scopes: [{ kind: "setup", orgId: link.orgId }] } as const;
    const actor = { caller, address: clientAddress(request) };
    const opened = await sessions.openForLink(link);
    await publishSoon(linkEventOf("used", link, actor, context.now()), context);
    return opened;
  }

  function send(reply: FastifyReply, request: FastifyRequest, { secret, session }: OpenedSession) {
    const isSecure = request.protocol === "https" || context.settings.console.url?.startsWith("https:") === true;
    setSessionCookie(reply, secret.reveal(), isSecure);
    return reply.send(sessionAnswerOf(session.caller, session));
  }
}

const REFUSALS = {
  expired: "The set-up link has expired. Ask for another one.",
  revoked: "The set-up link was revoked. Ask for another one.",
  unknown: "There is no such set-up link. See that the address was copied whole.",
} as const;

const forEventsAlone: Problem = {
  status: 403,
  code: "forbidden",
  title: "Forbidden",
  detail: "The token may only send events, or nothing at all. Sign in with one of scope admin or org:<UUID>.",
};

const foreignPage: Problem = {
  status: 403,
  code: "csrf",
  title: "Not from this server's page",
  detail: "The request comes from another site's page.",
};

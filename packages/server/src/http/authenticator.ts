import type { FastifyRequest } from "fastify";
import type { Caller } from "../access/access.ts";
import { addressKey } from "../access/address-key.ts";
import type { Area } from "../access/areas.ts";
import { areaOf, mayEnter } from "../access/areas.ts";
import type { AttemptLimit } from "../access/attempts.ts";
import type { Session } from "../access/session-store.ts";
import type { SignIn } from "../access/sign-in.ts";
import { clientAddress } from "./client-address.ts";
import { crossSiteProblem } from "./cross-site.ts";
import type { Problem } from "./problem.ts";
import { sessionSecretOf } from "./session-cookie.ts";

/**
 * Authenticates requests by their bearer token or session cookie, and refuses those whose caller may not enter the
 * route's area.
 */
export interface Authenticator {
  /** The refusal of a request; undefined when it may proceed. */
  judge(request: FastifyRequest): Promise<Problem | undefined>;
  /** The caller of an authenticated request; undefined where no token was needed. */
  callerOf(request: FastifyRequest): Caller | undefined;
  /** The session of a request that came with its cookie and without a bearer token. */
  sessionOf(request: FastifyRequest): Session | undefined;
  /** Counts a refused credential of the request's address. Returns the answer. */
  refused(request: FastifyRequest, detail: string): Problem;
}

export interface AuthenticatorOptions {
  readonly signIn: (bearer: string) => Promise<SignIn>;
  /** Looks up the session of a cookie. */
  readonly findSession: (secret: string) => Promise<Session | undefined>;
  /** Whether intake needs no token. */
  readonly isIngestOpen: boolean;
  /** Limits, per address, the answers that explain why a token was refused. */
  readonly failures: AttemptLimit;
}

const RETRY_AFTER_SECONDS = 5;

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { signIn, findSession, isIngestOpen, failures } = options;
  const callers = new WeakMap<FastifyRequest, Caller>();
  const sessions = new WeakMap<FastifyRequest, Session>();

  function admit(request: FastifyRequest, caller: Caller, area: Exclude<Area, "open">): Problem | undefined {
    if (!mayEnter(caller, area)) return forbidden(area);
    callers.set(request, caller);
    return undefined;
  }

  function refused(request: FastifyRequest, detail: string): Problem {
    const address = addressKey(clientAddress(request));
    return failures.tryTake(address) ? unauthorized(detail) : tooMany(failures.waitSeconds(address));
  }

  async function judgeSession(request: FastifyRequest, area: Exclude<Area, "open">): Promise<Problem | undefined> {
    const secret = sessionSecretOf(request);
    if (secret === undefined) return unauthorized(howTo(area));
    const session = await findSession(secret);
    if (session === undefined) return unauthorized("The session has ended: sign in again.");
    const problem = crossSiteProblem(request, session);
    if (problem !== undefined) return problem;
    sessions.set(request, session);
    return admit(request, session.caller, area);
  }

  return {
    callerOf: (request) => callers.get(request),
    sessionOf: (request) => sessions.get(request),
    refused,
    async judge(request) {
      const area = areaOfRequest(request);
      if (area === "open" || (area === "ingest" && isIngestOpen)) return undefined;
      const { authorization } = request.headers;
      if (authorization === undefined) return judgeSession(request, area);
      const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
      if (bearer === undefined) return unauthorized(howTo(area));
      // The token is checked before the limit, so that wrong tokens from an address do not lock out valid ones.
      const result = await signIn(bearer);
      switch (result.kind) {
        case "known":
          return admit(request, result.caller, area);
        case "refused":
          return refused(request, `${result.reason} ${howTo(area)}`);
        case "unavailable":
          return unavailable(result.reason);
        default:
          return result satisfies never;
      }
    },
  };
}

/** The area of the matched route, never of the URL as written: the router matches `/%761/events` to `/v1/events`. */
function areaOfRequest(request: FastifyRequest): Area {
  return areaOf(request.routeOptions.url ?? request.url.split("?", 1)[0] ?? "");
}

const ORG_SCOPE = "org:<organisation's UUID>";
const SCOPES: Readonly<Record<Exclude<Area, "open">, string>> = {
  ingest: "ingest",
  session: "admin",
  org: ORG_SCOPE,
  "setup-links": ORG_SCOPE,
  admin: "admin",
};

function howTo(area: Exclude<Area, "open">): string {
  const own = area === "ingest" ? ", with SIEM_INGEST_TOKEN or a token of your own" : "";
  return `Send the header: Authorization: Bearer <token>${own}. To make one: arbitex-siem tokens create --scope ${SCOPES[area]}`;
}

function unauthorized(detail: string): Problem {
  return { status: 401, code: "unauthorized", title: "Unauthorized", detail };
}

function forbidden(area: Exclude<Area, "open">): Problem {
  const detail = `The token is good, but not for this: it needs the scope ${SCOPES[area]}.`;
  return { status: 403, code: "forbidden", title: "Forbidden", detail };
}

function tooMany(retryAfter: number): Problem {
  const detail = `Too many tokens from this address were refused. Try again in ${retryAfter} seconds.`;
  return { status: 429, code: "too_many_attempts", title: "Too many attempts", detail, retryAfter };
}

export function unavailable(detail: string): Problem {
  return { status: 503, code: "unavailable", title: "Unavailable", detail, retryAfter: RETRY_AFTER_SECONDS };
}

import type { FastifyRequest } from "fastify";
import type { Caller } from "../access/access.ts";
import { addressKey } from "../access/address-key.ts";
import type { Area } from "../access/areas.ts";
import { areaOf, mayEnter } from "../access/areas.ts";
import type { AttemptLimit } from "../access/attempts.ts";
import type { SignIn } from "../access/sign-in.ts";
import { clientAddress } from "./client-address.ts";
import type { Problem } from "./problem.ts";

/** Authenticates requests by their bearer token, and refuses those whose caller may not enter the route's area. */
export interface Authenticator {
  /** The refusal of a request; undefined when it may proceed. */
  judge(request: FastifyRequest): Promise<Problem | undefined>;
  /** The caller of an authenticated request; undefined where no token was needed. */
  callerOf(request: FastifyRequest): Caller | undefined;
}

export interface AuthenticatorOptions {
  readonly signIn: (bearer: string) => Promise<SignIn>;
  /** Whether intake needs no token. */
  readonly isIngestOpen: boolean;
  /** Limits, per address, the answers that explain why a token was refused. */
  readonly failures: AttemptLimit;
}

const RETRY_AFTER_SECONDS = 5;

export function createAuthenticator({ signIn, isIngestOpen, failures }: AuthenticatorOptions): Authenticator {
  const callers = new WeakMap<FastifyRequest, Caller>();
  return {
    callerOf: (request) => callers.get(request),
    async judge(request) {
      const area = areaOfRequest(request);
      if (area === "open" || (area === "ingest" && isIngestOpen)) return undefined;
      const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
      if (bearer === undefined) return unauthorized(howTo(area));
      // The token is checked before the limit, so that wrong tokens from an address do not lock out valid ones.
      const result = await signIn(bearer);
      switch (result.kind) {
        case "known":
          if (!mayEnter(result.caller, area)) return forbidden(area);
          callers.set(request, result.caller);
          return undefined;
        case "refused": {
          const address = addressKey(clientAddress(request));
          if (!failures.tryTake(address)) return tooMany(failures.waitSeconds(address));
          return unauthorized(`${result.reason} ${howTo(area)}`);
        }
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

const SCOPES: Readonly<Record<Exclude<Area, "open">, string>> = {
  ingest: "ingest",
  org: "org:<organisation's UUID>",
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

function unavailable(detail: string): Problem {
  return { status: 503, code: "unavailable", title: "Unavailable", detail, retryAfter: RETRY_AFTER_SECONDS };
}

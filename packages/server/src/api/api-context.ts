import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "@arbitex/core";
import type { EntityManagement } from "@arbitex/core/ocsf";
import type { Caller } from "../access/access.ts";
import type { AttemptLimit } from "../access/attempts.ts";
import type { RequestLimit } from "../access/request-limit.ts";
import type { Session } from "../access/session-store.ts";
import type { SignIn } from "../access/sign-in.ts";
import type { OrgConfigs } from "../organisations/configs/config-store.ts";
import type { Settings, SiemConfig } from "../organisations/configs/siem-config.ts";
import { clientAddress } from "../http/client-address.ts";
import type { Problem } from "../http/problem.ts";
import { Refusal } from "../http/problem.ts";
import { actingOrg } from "./acting-org.ts";
import type { ApiOptions } from "./api-options.ts";
import type { Actor } from "./audit-facts.ts";
import type { ConfigChange } from "./config-events.ts";
import { auditEventOf, publishAuditEvent } from "./config-events.ts";
import type { OneAtATime } from "./one-at-a-time.ts";
import type { Places } from "./secret-places.ts";
import { recipientText } from "./recipient.ts";
import type { ReplayJobs } from "./replay-jobs.ts";
import { noSuch } from "./validate-request.ts";

export type ApiApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Shared by all routes. */
export interface ApiContext extends ApiOptions {
  readonly callerOf: (request: FastifyRequest) => Caller;
  /** The session of a request that came with its cookie. */
  readonly sessionOf: (request: FastifyRequest) => Session | undefined;
  readonly signIn: (bearer: string) => Promise<SignIn>;
  /** Counts a refused credential of the request's address. Returns the answer. */
  readonly refused: (request: FastifyRequest, detail: string) => Problem;
  /** Limits the sessions that one address opens. */
  readonly signIns: AttemptLimit;
  readonly jobs: ReplayJobs;
  /**
   * Limits, per organisation, tests (which connect to other machines) and dead-letter pages (which read whole files).
   */
  readonly tests: RequestLimit;
  readonly reads: RequestLimit;
  readonly changes: RequestLimit;
  /**
   * Limits the distinct recipients of an organisation, over tests and changes together. Without it a tenant could scan
   * addresses: the answers tell which ones respond.
   */
  readonly reach: RequestLimit;
  /** A dead-letter page reads whole files, so each organisation has one read at a time. */
  readonly oneRead: OneAtATime;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

/** The organisation of a request, and its rows. */
export function rowsFor(request: FastifyRequest, asked: string | undefined, context: ApiContext): Rows {
  const orgId = actingOrg(context.callerOf(request), asked);
  return { orgId, rows: context.configs.forOrg(orgId) };
}

export interface Rows {
  readonly orgId: string;
  readonly rows: OrgConfigs;
}

/** Another organisation's row is answered as not found. */
export async function rowOf({ rows }: Rows, id: string): Promise<SiemConfig> {
  const config = await rows.get(id);
  if (config === undefined) throw new Refusal(noSuch);
  return config;
}

/** A full queue that blocks must not delay the answer longer. */
const MAX_PUBLISH_WAIT_MS = 2000;

/** Publishes the audit event of a caller's change of a configuration. */
export function publishChange(change: ConfigChange, request: FastifyRequest, context: ApiContext): Promise<void> {
  return publishSoon(auditEventOf(change, actorOf(request, context), context.now()), context);
}

export function actorOf(request: FastifyRequest, context: Pick<ApiContext, "callerOf">): Actor {
  return { caller: context.callerOf(request), address: clientAddress(request) };
}

/** Publishes an audit event, and waits for it at most 2 s. */
export async function publishSoon(
  event: EntityManagement,
  { host, onFailure }: Pick<ApiContext, "host" | "onFailure">,
): Promise<void> {
  const published = publishAuditEvent(host, event, onFailure);
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_PUBLISH_WAIT_MS);
  });
  await Promise.race([published, timedOut]);
  clearTimeout(timer);
}

/** Counts one use for the organisation, or refuses. */
export async function take(limit: RequestLimit, orgId: string, what: string): Promise<void> {
  assertNoWait(await limit.take(orgId), what);
}

/** Refuses when the limit is reached, before any expensive work. Counts nothing. */
export async function assertLeft(limit: RequestLimit, orgId: string, what: string): Promise<void> {
  assertNoWait(await limit.waitSeconds(orgId), what);
}

/** Counts the recipient of the settings, or refuses when the organisation's limit is reached. */
export async function takeReach(
  { reach }: ApiContext,
  orgId: string,
  settings: Settings,
  places: Places,
): Promise<void> {
  const wait = await reach.takeOnce(orgId, recipientText(settings, places));
  assertNoWait(wait, "addresses that this organisation's settings lead to");
}

/** Counts one attempt of an address, or refuses. */
export function takeAttempt(limit: AttemptLimit, address: string, what: string): void {
  if (!limit.tryTake(address)) throw new Refusal(tooMany(what, limit.waitSeconds(address)));
}

function assertNoWait(seconds: number, what: string): void {
  if (seconds > 0) throw new Refusal(tooMany(what, seconds));
}

function tooMany(what: string, retryAfter: number): Problem {
  const detail = `Too many ${what} in a minute. Try again in ${retryAfter} seconds.`;
  return { status: 429, code: "too_many_attempts", title: "Too many attempts", detail, retryAfter };
}

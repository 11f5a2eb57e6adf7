import type { Answer, Reply, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import type { AppRegistration } from "./entra.ts";
import { createIssuer } from "./entra.ts";
import { azureError, azureFailure, noAccess, noRule, noStream, tooLarge } from "./replies.ts";
import type { StoredRow } from "./rows.ts";
import { idOf, quickIds, recordsOf, rowOf } from "./rows.ts";
import { isManagement, managementReply } from "./rule.ts";
import { createTokens } from "./tokens.ts";

/** Options of `startLogsIngestionSimulator`. */
export interface LogsIngestionSimulatorOptions extends SimulatorOptions, Partial<AppRegistration> {
  readonly dcrImmutableId?: string;
  readonly streamName?: string;
  /** Declared columns of the stream; others are dropped. Without it all are kept, and the rule cannot be read. */
  readonly columns?: readonly string[];
  /** Whether the identity has the role on the rule initially. */
  readonly hasRole?: boolean;
  readonly mayReadRule?: boolean;
  /** Lifetime of a token. */
  readonly tokenSeconds?: number;
  /** A token that is valid without having been issued. */
  readonly staticToken?: string;
  /** Quota of the rule. Default none. */
  readonly callsPerMinute?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A running simulator of Azure's Logs Ingestion API. */
export interface LogsIngestionSimulator extends Simulator<StoredRow> {
  /** Refuses every token issued so far. */
  expireTokens(): void;
  /** Grants the identity the role, or revokes it. */
  setRole(hasRole: boolean): void;
  /** Refuses the app's secret and its tokens while `refuse` is true. */
  refuseCredentials(refuse: boolean): void;
  /** Refuses every later body that contains this event, with 400. */
  poison(id: string): void;
}

const INTAKE = /^\/dataCollectionRules\/([^/]+)\/streams\/([^/]+)$/i;
const MAX_BODY_BYTES = 1_048_576;
const MINUTE_MS = 60_000;
const DEFAULT_APP = {
  tenantId: "5a1b0000-0000-4000-8000-000000000001",
  clientId: "5a1b0000-0000-4000-8000-000000000002",
  clientSecret: "sim~ulated-client-secret",
};

/** Simulates Azure Monitor's Logs Ingestion API with its token services and the rule in Azure Resource Manager. */
export async function startLogsIngestionSimulator(
  options: LogsIngestionSimulatorOptions = {},
): Promise<LogsIngestionSimulator> {
  const { keep = "all", maxBodyBytes = MAX_BODY_BYTES, now = Date.now, mayReadRule = true, columns } = options;
  const { dcrImmutableId = "dcr-00000000000000000000000000005a1b", streamName = "Custom-ArbitexAuditLogs" } = options;
  const app: AppRegistration = { ...DEFAULT_APP, ...options };
  const store = createEventStore<StoredRow>(keep);
  const poison = createPoison(store);
  const tokens = createTokens({ seconds: options.tokenSeconds ?? 3599, staticToken: options.staticToken, now });
  const issuer = createIssuer(app, { tokens, now, isRefusing: () => isRefusing });
  const overQuota = createQuota(options.callsPerMinute, now);
  let hasRole = options.hasRole ?? true;
  let isRefusing = false;

  /** Azure checks the token first, then rule, role and stream, and the events last. */
  function refuseAddress(head: RequestHead): Reply | undefined {
    const [, rule = "", stream = ""] = (INTAKE.exec(head.path) ?? []).map(decodeURIComponent);
    if (isRefusing || !tokens.opens(head, "ingestion")) return azureFailure(401);
    if (head.query.get("api-version") !== "2023-01-01") {
      return azureError(400, "UnsupportedApiVersion", "The api-version is missing or not supported.");
    }
    if (rule !== dcrImmutableId) return noRule(rule);
    if (!hasRole) return noAccess(rule);
    return stream === streamName ? undefined : noStream(stream);
  }

  function take({ body, spoil }: SimulatedRequest): Answer {
    if (overQuota()) return azureFailure(429);
    if (body.length === 0) return azureFailure(500);
    const ids = keep === "count" && spoil === undefined ? quickIds(body) : undefined;
    if (ids !== undefined && !poison.isIn(ids, undefined)) {
      for (const id of ids) store.addAgain(id, neverKept);
      return { status: 204 };
    }
    const records = recordsOf(body);
    if (records === undefined) return azureFailure(400);
    // JSON other than a list, such as a single object, is answered as if it had been stored.
    if (records === "nothing") return { status: 204 };
    if (poison.isIn(records.map(idOf), spoil)) {
      if (records.length === 1) store.refuse();
      return azureFailure(400);
    }
    for (const record of records) store.addAgain(idOf(record), () => rowOf(record, { columns, now }));
    return { status: 204 };
  }

  const simulator = await startHttpSimulator(options, {
    type: "sentinel",
    store,
    maxBodyBytes,
    config: (url) => ({
      endpoint: url,
      dcr_immutable_id: dcrImmutableId,
      stream_name: streamName,
      tenant_id: app.tenantId,
      client_id: app.clientId,
      client_secret: app.clientSecret,
      authority_host: url,
      management_host: url,
    }),
    isIntake: ({ method, path }) => method === "POST" && INTAKE.test(path),
    answer(request) {
      const issued = issuer.answer(request);
      if (issued !== undefined) return issued;
      if (isManagement(request.path)) {
        if (isRefusing || !tokens.opens(request, "management")) return azureFailure(401);
        return managementReply(
          request,
          columns !== undefined && mayReadRule ? { dcrImmutableId, streamName, columns } : undefined,
        );
      }
      if (request.method !== "POST" || !INTAKE.test(request.path)) return { status: 404 };
      return refuseAddress(request) ?? take(request);
    },
    refuseBody(problem) {
      return problem.kind === "too-large" ? tooLarge(problem.bytes, maxBodyBytes) : azureFailure(400);
    },
    failure: azureFailure,
  });
  return {
    ...simulator,
    expireTokens: () => tokens.expire(),
    setRole(has) {
      hasRole = has;
    },
    refuseCredentials(refuse) {
      isRefusing = refuse;
    },
    poison: (id) => poison.add(id),
  };
}

function createQuota(callsPerMinute: number | undefined, now: () => number): () => boolean {
  let minute = Number.NaN;
  let calls = 0;
  return () => {
    if (callsPerMinute === undefined) return false;
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) calls = 0;
    minute = current;
    calls += 1;
    return calls > callsPerMinute;
  };
}

function neverKept(): never {
  throw new Error("events are not kept when only numbers are");
}

import type { Answer, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import { createGoogleTokens, serviceAccountKeyFile, STS_PATH } from "./google-tokens.ts";
import type { StoredLogEntry } from "./log-entries.ts";
import { idOf, logEntriesOf } from "./log-entries.ts";
import { googleError, googleFailure } from "./replies.ts";

/** Options of `startChronicleSimulator`. */
export interface ChronicleSimulatorOptions extends SimulatorOptions {
  /** Log types of the instance. */
  readonly logTypes?: readonly string[];
  /** Lifetime of a token. */
  readonly tokenSeconds?: number;
  /** A token of another issuer that the workload identity pool trusts. */
  readonly subjectToken?: string;
  /** Whether the identity may import logs. */
  readonly mayImport?: boolean;
  readonly maxBodyBytes?: number;
  /** Milliseconds since the epoch. If given, signed assertions must be valid at this time. */
  readonly now?: () => number;
}

/** A running simulator of Google SecOps. */
export interface ChronicleSimulator extends Simulator<StoredLogEntry> {
  /** The configuration of workload identity federation, with the subject token in a file or at a URL. */
  workloadIdentity(source: object): string;
  /** Refuses every token issued so far. */
  expireTokens(): void;
  /** Refuses the service account and its tokens while `refuse` is true. */
  refuseCredentials(refuse: boolean): void;
  /** Refuses every later import that contains this event, with 400. */
  poison(id: string): void;
}

const PROJECT = "simulated-project";
const REGION = "europe-west2";
const INSTANCE = "5a1b0000-0000-4000-8000-00000000c0de";
const EMAIL = "arbitex@simulated-project.iam.gserviceaccount.com";
const IMPORT =
  /^\/v1(?:alpha|beta)?\/projects\/([^/]+)\/locations\/([^/]+)\/instances\/([^/]+)\/logTypes\/([^/]+)\/logs:import$/;
/** The API documents no limit; this is the limit of Google's front ends. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/arbitex/providers/gateway";

/** Simulates the log import of Google SecOps's Chronicle API, with its token services. */
export async function startChronicleSimulator(options: ChronicleSimulatorOptions = {}): Promise<ChronicleSimulator> {
  const { keep = "all", maxBodyBytes = MAX_BODY_BYTES, now = Date.now, mayImport = true } = options;
  const { logTypes = ["ARBITEX_AUDIT"], tokenSeconds = 3599, subjectToken = "simulated-subject-token" } = options;
  const store = createEventStore<StoredLogEntry>(keep);
  const poison = createPoison(store);
  let isRefusing = false;
  const tokens = createGoogleTokens({
    email: EMAIL,
    subjectToken,
    tokenSeconds,
    now,
    checksTime: options.now !== undefined,
    isRefusing: () => isRefusing,
  });

  /** Google checks the token first, then permission and address, and the logs last. */
  function refuseAddress({ headers, path }: RequestHead) {
    if (isRefusing || !tokens.opens(headers.authorization)) return googleFailure(401);
    const [, project, region, instance, logType = ""] = IMPORT.exec(path) ?? [];
    if (project !== PROJECT || region !== REGION || instance !== INSTANCE) return googleFailure(403);
    if (!mayImport) return googleFailure(403);
    return logTypes.includes(logType) ? undefined : googleError(404, `log type ${logType} not found`);
  }

  function take({ body, spoil }: SimulatedRequest): Answer {
    const entries = logEntriesOf(body);
    if (typeof entries === "string") return googleError(400, entries);
    if (poison.isIn(entries.map(idOf), spoil)) {
      if (entries.length === 1) store.refuse();
      return googleFailure(400);
    }
    for (const entry of entries) store.addAgain(idOf(entry), () => entry);
    return jsonReply(200, {});
  }

  const simulator = await startHttpSimulator(options, {
    type: "google_secops",
    store,
    maxBodyBytes,
    config: (url) => ({
      project_id: PROJECT,
      region: REGION,
      instance_id: INSTANCE,
      service_account_key: serviceAccountKeyFile(url, EMAIL),
      url,
    }),
    isIntake: ({ method, path }) => method === "POST" && IMPORT.test(path),
    answer(request) {
      const issued = tokens.answer(request);
      if (issued !== undefined) return issued;
      if (request.method !== "POST" || !IMPORT.test(request.path)) return googleFailure(404);
      return refuseAddress(request) ?? take(request);
    },
    refuseBody: ({ kind }) =>
      kind === "too-large"
        ? googleError(400, `Request payload size exceeds the limit: ${maxBodyBytes} bytes.`)
        : googleFailure(400),
    failure: googleFailure,
  });
  return {
    ...simulator,
    workloadIdentity: (source) =>
      JSON.stringify({
        type: "external_account",
        audience: AUDIENCE,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: `${simulator.url}${STS_PATH}`,
        service_account_impersonation_url: `${simulator.url}/v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken`,
        credential_source: source,
      }),
    expireTokens: () => tokens.expire(),
    refuseCredentials(refuse) {
      isRefusing = refuse;
    },
    poison: (id) => poison.add(id),
  };
}

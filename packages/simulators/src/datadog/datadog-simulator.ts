import type { Answer, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import type { LogEntry, StoredLog } from "./logs.ts";
import { dateOf, idOf, isLongerThan, readEntries, storedLog } from "./logs.ts";
import { apiError, datadogError, taken } from "./replies.ts";

/** Options of `startDatadogSimulator`. */
export interface DatadogSimulatorOptions extends SimulatorOptions {
  /** The key in `config`. */
  readonly apiKey?: string;
  /** The receiver's clock for the accepted range of dates. Default the real time. */
  readonly now?: () => number;
  readonly maxBodyBytes?: number;
  readonly maxLogBytes?: number;
}

/** A running simulator of Datadog. */
export interface DatadogSimulator extends Simulator<StoredLog> {
  /** Refuses the key with 403 while `refuse` is true. */
  refuseCredentials(refuse: boolean): void;
  /** Refuses every later body that contains this event, with 400. */
  poison(id: string): void;
}

const DEFAULT_KEY = "51e3a9f0c0de4000800051e3a9f0c0de";
const INTAKE = "/api/v2/logs";
const VALIDATE = "/api/v1/validate";
const MAX_BODY_BYTES = 5_000_000;
const MAX_LOG_BYTES = 1_000_000;
const MAX_ENTRIES = 1000;
const HOUR_MS = 3_600_000;

/** Simulates Datadog's logs intake and key check, both at one address. */
export async function startDatadogSimulator(options: DatadogSimulatorOptions = {}): Promise<DatadogSimulator> {
  const { apiKey = DEFAULT_KEY, now = Date.now, keep = "all" } = options;
  const { maxBodyBytes = MAX_BODY_BYTES, maxLogBytes = MAX_LOG_BYTES } = options;
  const store = createEventStore<StoredLog>(keep);
  const poison = createPoison(store);
  let isRefusing = false;

  function intake(request: SimulatedRequest): Answer {
    const key = keyOf(request);
    if (key === undefined) return datadogError(401);
    if (key !== apiKey || isRefusing) return datadogError(403);
    const entries = readEntries(request.body);
    if (entries === undefined) return datadogError(400);
    if (entries.length > MAX_ENTRIES) return datadogError(413, `More than ${MAX_ENTRIES} logs`);
    if (poison.isIn(entries.map(idOf), request.spoil)) {
      // In a larger body the invalid log is unknown, and the others may be sent again.
      if (entries.length === 1) store.refuse();
      return datadogError(400);
    }
    for (const entry of entries) take(entry, request.query.get("ddtags"));
    return taken();
  }

  /** Like Datadog, silently drops a log dated outside the accepted range, and truncates one that is too long. */
  function take(entry: LogEntry, requestTags: string | null): void {
    const receivedAt = now();
    const date = dateOf(entry, receivedAt);
    if (receivedAt - date > 18 * HOUR_MS || date - receivedAt > 2 * HOUR_MS) return store.refuse();
    const id = isLongerThan(entry, maxLogBytes) ? undefined : idOf(entry);
    store.addAgain(id, () => storedLog(entry, requestTags, date, maxLogBytes));
  }

  const simulator = await startHttpSimulator(options, {
    type: "datadog",
    store,
    maxBodyBytes,
    packings: ["gzip", "deflate"],
    config: (url) => ({
      url,
      api_key: apiKey,
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && path === INTAKE,
    answer(request) {
      if (request.path === VALIDATE) {
        return keyOf(request) === apiKey && !isRefusing ? jsonReply(200, { valid: true }) : apiError(403, "Forbidden");
      }
      if (request.path !== INTAKE) return apiError(404, "Not found");
      return request.method === "POST" ? intake(request) : apiError(405, "Method not allowed");
    },
    refuseBody({ kind }) {
      if (kind === "too-large") return datadogError(413);
      return kind === "unknown-encoding" ? datadogError(415, "Unsupported content encoding") : datadogError(400);
    },
    failure: (status) => datadogError(status),
  });
  return {
    ...simulator,
    refuseCredentials(refuse) {
      isRefusing = refuse;
    },
    poison: (id) => poison.add(id),
  };
}

function keyOf({ headers, query }: RequestHead): string | undefined {
  const key = headers["dd-api-key"] ?? query.get("dd-api-key") ?? undefined;
  return typeof key === "string" && key !== "" ? key : undefined;
}

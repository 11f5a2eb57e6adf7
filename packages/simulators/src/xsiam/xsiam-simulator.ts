import type { Answer, Reply, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";
import { eventIdOf } from "../simulator/event-id.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";

/** Options of `startXsiamSimulator`. */
export interface XsiamSimulatorOptions extends SimulatorOptions {
  /** The collector's key, in `config`. */
  readonly apiKey?: string;
  /** Simulates a tenant that also requires the key's id in `x-xdr-auth-id`. */
  readonly apiKeyId?: string;
  /** The collector's compression setting. Default gzip. */
  readonly compression?: "gzip" | "none";
  readonly vendor?: string;
  readonly product?: string;
  /** Requests per second before 429. Default 400. */
  readonly requestsPerSecond?: number;
  readonly now?: () => number;
  readonly maxBodyBytes?: number;
  readonly maxRecordBytes?: number;
}

/** A record in the collector's dataset. */
export interface StoredXsiamRecord {
  readonly dataset: string;
  /** The JSON object of the line. Undefined when the line is none, so that XSIAM has only its text. */
  readonly event: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
}

/** A running simulator of Cortex XSIAM. */
export interface XsiamSimulator extends Simulator<StoredXsiamRecord> {
  /** Refuses the key with 401 while `refuse` is true. */
  refuseCredentials(refuse: boolean): void;
  /** Refuses every later body that contains this event, with 400. */
  poison(id: string): void;
}

const DEFAULT_KEY = "c0de51e3a9f04000800051e3a9f0c0de";
const INTAKE = "/logs/v1/event";
const MAX_BODY_BYTES = 10_000_000;
const MAX_RECORD_BYTES = 5_000_000;

/** Simulates a Cortex XSIAM HTTP log collector for JSON. */
export async function startXsiamSimulator(options: XsiamSimulatorOptions = {}): Promise<XsiamSimulator> {
  const { apiKey = DEFAULT_KEY, apiKeyId, compression = "gzip", keep = "all", now = Date.now } = options;
  const { vendor = "arbitex", product = "gateway", requestsPerSecond = 400 } = options;
  const { maxBodyBytes = MAX_BODY_BYTES, maxRecordBytes = MAX_RECORD_BYTES } = options;
  const dataset = `${vendor}_${product}_raw`;
  const store = createEventStore<StoredXsiamRecord>(keep);
  const poison = createPoison(store);
  let isRefusing = false;
  const isTooOften = createRate(requestsPerSecond, now);

  function intake(request: SimulatedRequest): Answer {
    const { headers, body, spoil } = request;
    if (isRefusing || !isAuthorized(headers, apiKey, apiKeyId)) return { status: 401 };
    if (isTooOften()) return { status: 429 };
    if (encodingOf(headers) !== compression) return mismatch();
    const lines = body.toString("utf8").split("\n");
    const records = lines.filter((line) => line.trim() !== "");
    if (poison.isIn(records.map(eventIdOf), spoil)) {
      if (records.length === 1) store.refuse();
      return jsonReply(400, { error: "the simulator was told to refuse" });
    }
    for (const text of records) take(text);
    return jsonReply(200, { error: "false" });
  }

  function take(text: string): void {
    if (text.length * 3 > maxRecordBytes && Buffer.byteLength(text) > maxRecordBytes) return store.refuse();
    const isJson = keep !== "all" || isObject(parseJson(text));
    store.addAgain(isJson ? eventIdOf(text) : undefined, () => ({ dataset, event: objectOf(text), text }));
  }

  const simulator = await startHttpSimulator(options, {
    type: "cortex_xsiam",
    store,
    maxBodyBytes,
    config: (url) => ({
      url: `${url}${INTAKE}`,
      api_key: apiKey,
      compression,
      ...(apiKeyId !== undefined && { api_key_id: apiKeyId }),
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && path === INTAKE,
    answer(request) {
      if (request.path !== INTAKE) return { status: 404 };
      return request.method === "POST" ? intake(request) : { status: 405 };
    },
    refuseBody: ({ kind }) => (kind === "too-large" ? { status: 413 } : mismatch()),
    failure: (status) => (status === 500 ? mismatch() : { status }),
  });
  return {
    ...simulator,
    refuseCredentials(refuse) {
      isRefusing = refuse;
    },
    poison: (id) => poison.add(id),
  };
}

/** The collector's answer to a format or compression that it is not configured for. */
function mismatch(): Reply {
  return jsonReply(500, { error: "error processing request, error: failed to process the request" });
}

/** Compares the key exactly: with a scheme before it, it is another key. */
function isAuthorized(headers: RequestHead["headers"], key: string, keyId: string | undefined): boolean {
  return headers.authorization === key && (keyId === undefined || headers["x-xdr-auth-id"] === keyId);
}

function encodingOf(headers: RequestHead["headers"]): "gzip" | "none" {
  return headers["content-encoding"]?.trim().toLowerCase() === "gzip" ? "gzip" : "none";
}

/** Whether one more request exceeds this second's limit. */
function createRate(perSecond: number, now: () => number): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    count = current === second ? count + 1 : 1;
    second = current;
    return count > perSecond;
  };
}

function objectOf(text: string): StoredXsiamRecord["event"] {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

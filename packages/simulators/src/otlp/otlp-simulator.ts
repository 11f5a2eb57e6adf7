import type { Answer, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import type { StoredLogRecord } from "./log-records.ts";
import { fromJson, fromProtobuf, idOf } from "./log-records.ts";
import type { Encoding } from "./replies.ts";
import { exportReply, statusReply } from "./replies.ts";

/** Options of `startOtlpSimulator`. */
export interface OtlpSimulatorOptions extends SimulatorOptions {
  /** The token in `config`. */
  readonly token?: string;
  /** The encoding in `config`. The simulator accepts both. */
  readonly encoding?: Encoding;
  readonly maxBodyBytes?: number;
}

/** A running simulator of an OTLP receiver. */
export interface OtlpSimulator extends Simulator<StoredLogRecord> {
  /** Refuses the token with 401 while `refuse` is true. */
  refuseCredentials(refuse: boolean): void;
  /** Refuses every later request that contains this event, with 400. */
  poison(id: string): void;
}

const DEFAULT_TOKEN = "otlp-51e3a9f0c0de40008000";
const INTAKE = "/v1/logs";
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/** Simulates an OTLP/HTTP receiver of logs, modelled on the OpenTelemetry Collector. */
export async function startOtlpSimulator(options: OtlpSimulatorOptions = {}): Promise<OtlpSimulator> {
  const { token = DEFAULT_TOKEN, encoding: named = "protobuf", keep = "all" } = options;
  const store = createEventStore<StoredLogRecord>(keep);
  const poison = createPoison(store);
  let isRefusing = false;

  function intake(request: SimulatedRequest): Answer {
    const encoding = encodingOf(request);
    if (encoding === undefined) return text(415, "415 unsupported media type");
    if (isRefusing || request.headers.authorization !== `Bearer ${token}`) return text(401, "401 Unauthorized");
    let records: readonly StoredLogRecord[];
    try {
      records = encoding === "json" ? fromJson(request.body) : fromProtobuf(request.body);
    } catch (error) {
      return statusReply(400, error instanceof Error ? error.message : String(error), encoding);
    }
    if (poison.isIn(records.map(idOf), undefined)) {
      if (records.length === 1) store.refuse();
      return statusReply(400, "the simulator was told to refuse", encoding);
    }
    return take(records, encoding, request.spoil?.pick(records.length));
  }

  /** Refuses the given records and returns their number. */
  function take(records: readonly StoredLogRecord[], encoding: Encoding, refused: ReadonlySet<number> = new Set()) {
    for (const [index, record] of records.entries()) {
      if (refused.has(index)) store.refuse();
      else store.addAgain(idOf(record), () => record);
    }
    return exportReply(encoding, refused.size);
  }

  const simulator = await startHttpSimulator(options, {
    type: "otlp_http",
    store,
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    config: (url) => ({
      url,
      bearer_token: token,
      ...(named === "json" && { encoding: named }),
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && path === INTAKE,
    answer(request) {
      if (request.path !== INTAKE) return text(404, "404 page not found");
      return request.method === "POST" ? intake(request) : text(405, "405 method not allowed, supported: [POST]");
    },
    refuseBody({ kind }, head) {
      // The specification demands 413; the Collector sends 400.
      const said = kind === "too-large" ? "http: request body too large" : "gzip: invalid header";
      return statusReply(400, said, encodingOf(head));
    },
    failure: (status) => statusReply(status, "the simulator was told to fail"),
  });
  return {
    ...simulator,
    refuseCredentials(refuse) {
      isRefusing = refuse;
    },
    poison: (id) => poison.add(id),
  };
}

function encodingOf({ headers }: RequestHead): Encoding | undefined {
  const [media] = (headers["content-type"] ?? "").split(";");
  if (media === "application/x-protobuf") return "protobuf";
  return media === "application/json" ? "json" : undefined;
}

function text(status: number, body: string): Answer {
  return { status, headers: { "content-type": "text/plain" }, body };
}

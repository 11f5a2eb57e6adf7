import type { Answer, Reply, SimulatedRequest } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";

/** A row as VictoriaLogs stores it. */
export interface StoredVictoriaRow {
  readonly document: Readonly<Record<string, unknown>>;
  /** The row's time, in milliseconds. */
  readonly time: number;
}

/** A running simulator of VictoriaLogs. */
export type VictoriaLogsSimulator = Simulator<StoredVictoriaRow>;

const BULK = "/insert/elasticsearch/_bulk";
const MAX_BODY_BYTES = 100 * 1024 * 1024;
const MAX_LINE_BYTES = 256 * 1024;
const OWN_HEADERS = { "x-elastic-product": "Elasticsearch", vary: "Accept-Encoding" };

/**
 * Simulates the bulk intake of VictoriaLogs 1.52: no ids, no index, no de-duplication. A refused line leaves the lines
 * before it stored.
 */
export function startVictoriaLogsSimulator(options: SimulatorOptions = {}): Promise<VictoriaLogsSimulator> {
  const { keep = "all" } = options;
  const store = createEventStore<StoredVictoriaRow>(keep);

  function bulk({ body, query, spoil, poisoned }: SimulatedRequest): Answer {
    const lines = body
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    const spoiled = Math.min(...(spoil?.pick(lines.length / 2) ?? []));
    let stored = 0;
    for (let at = 0; at < lines.length; at += 2) {
      const [action = "", line] = lines.slice(at, at + 2);
      if (!/"(?:create|index)"/.test(action)) return stopped(stored, `unexpected command "${action}"`);
      if (line === undefined || Buffer.byteLength(line) >= MAX_LINE_BYTES) {
        return stopped(stored, 'missing log message after the "create" or "index" command');
      }
      const document = parseJson(line);
      if (!isObject(document)) return stopped(stored, "cannot parse json-encoded log entry: unexpected tail");
      const id = idOf(document);
      const isSpoiled = stored === spoiled && (id === undefined || !store.has(id));
      const time = isSpoiled || (id !== undefined && poisoned?.has(id)) ? Number.NaN : timeOf(document, query);
      if (Number.isNaN(time)) {
        store.refuse();
        return stopped(stored, 'cannot parse timestamp: cannot parse unix timestamp "bad"');
      }
      store.addAgain(id, () => ({ document, time }));
      stored += 1;
    }
    const items = Array.from({ length: stored }, () => ({ create: { status: 201 } }));
    return reply(200, "application/json", JSON.stringify({ took: 0, errors: false, items }));
  }

  return startHttpSimulator(options, {
    type: "elastic",
    store,
    maxBodyBytes: MAX_BODY_BYTES,
    config: (url) => ({
      dialect: "victorialogs",
      url,
      username: "vmauth",
      password: "simulated-password",
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && path === BULK,
    answer: (request) =>
      request.path === BULK ? bulk(request) : plain(400, `unsupported path requested: "${request.path}"`),
    refuseBody: ({ kind }) => plain(kind === "too-large" ? 413 : 400, "cannot read the body"),
    // VictoriaLogs needs no credential; a proxy before it does, with its own answer.
    refusal: () => ({ status: 401, headers: { "content-type": "text/plain" }, body: "missing or invalid credentials" }),
    judgesEvents: true,
    failure: (status) => plain(status, `the request could not be answered: ${status}`),
  });
}

function stopped(stored: number, cause: string): Reply {
  return plain(400, `cannot decode log message #${stored} in /_bulk request: ${cause}, stream fields: []`);
}

function plain(status: number, text: string): Reply {
  return reply(status, "text/plain; charset=utf-8", `${text}\n`);
}

function reply(status: number, contentType: string, body: string): Reply {
  return { status, headers: { ...OWN_HEADERS, "content-type": contentType }, body };
}

function timeOf(document: Readonly<Record<string, unknown>>, query: URLSearchParams): number {
  const value = document[query.get("_time_field") ?? "_time"];
  if (value === undefined) return Date.now();
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}

function idOf({ metadata }: Readonly<Record<string, unknown>>): string | undefined {
  const uid = isObject(metadata) ? metadata["uid"] : undefined;
  return typeof uid === "string" ? uid : undefined;
}

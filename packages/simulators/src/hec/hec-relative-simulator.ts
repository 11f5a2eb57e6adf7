import type { Answer, Reply, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { htmlReply, jsonReply } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import { splitEnvelopes } from "./envelopes.ts";
import type { HecRelative, HecRelativeName } from "./hec-relatives.ts";
import { hecRelatives } from "./hec-relatives.ts";

/** Options of `startHecRelativeSimulator`. */
export interface HecRelativeSimulatorOptions extends SimulatorOptions {
  readonly relative: HecRelativeName;
  /** The token in `config`. */
  readonly token?: string;
  readonly maxBodyBytes?: number;
}

/** An event as the product stores it, with its envelope's fields. */
export interface StoredRelativeEvent {
  readonly event: unknown;
  readonly index: unknown;
  readonly sourcetype: unknown;
}

/** A running simulator of a product that takes events the HEC way. */
export interface HecRelativeSimulator extends Simulator<StoredRelativeEvent> {
  /** Refuses every later body that contains this event. */
  poison(id: string): void;
}

const DEFAULT_TOKEN = "5c1e7d20c0de4f0e9a550c1d2e3f4a5b";
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * Simulates a product with a HEC-compatible intake that is not Splunk: one address, no codes, no health, no
 * acknowledgement.
 */
export async function startHecRelativeSimulator(options: HecRelativeSimulatorOptions): Promise<HecRelativeSimulator> {
  const { relative: name, token = DEFAULT_TOKEN, keep = "all", maxBodyBytes = MAX_BODY_BYTES } = options;
  const relative: HecRelative = hecRelatives[name];
  const store = createEventStore<StoredRelativeEvent>(keep);
  const poison = createPoison(store);

  function take({ body, spoil }: SimulatedRequest): Answer {
    const events = eventsOf(body, relative);
    if (events === undefined || events.length === 0) return refused(400, "the body holds no events that can be read");
    if (!relative.takesIndex && events.some(({ index }) => index !== undefined)) {
      return refused(400, "the index is not the repository of the token");
    }
    if (poison.isIn(events.map(idOf), spoil)) {
      if (events.length === 1) store.refuse();
      return refused(400, "an event cannot be parsed");
    }
    for (const event of events) store.addAgain(idOf(event), () => event);
    return { status: 200, headers: { "content-type": "application/json" }, body: relative.success };
  }

  const simulator = await startHttpSimulator(options, {
    type: "splunk_hec",
    store,
    maxBodyBytes,
    config: (url) => ({
      preset: name,
      url: relative.isLiteral ? `${url}${relative.path}` : url,
      token,
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && path === relative.path,
    answer(request) {
      if (request.path !== relative.path) return htmlReply(404, "Not Found", `No page at ${request.path}.`);
      if (request.method !== "POST") return htmlReply(405, "Method Not Allowed", "Use POST.");
      return isAllowed(request, relative, token) ? take(request) : refused(401, "the token is not known");
    },
    refuseBody: ({ kind }) => refused(kind === "too-large" ? 413 : 400, "the body cannot be read"),
    failure: (status) => refused(status, "the request could not be answered"),
  });
  return { ...simulator, poison: (id) => poison.add(id) };
}

function eventsOf(body: Buffer, { shape }: HecRelative): readonly StoredRelativeEvent[] | undefined {
  const text = body.toString("utf8");
  if (shape === "raw") {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line) => ({ event: parseJson(line) ?? line, index: undefined, sourcetype: undefined }));
  }
  const { envelopes, broken } = splitEnvelopes(text);
  if (broken || envelopes.some(({ value }) => !isObject(value["event"]))) return undefined;
  return envelopes.map(({ value: { event, index, sourcetype } }) => ({ event, index, sourcetype }));
}

function isAllowed({ headers }: RequestHead, { scheme }: HecRelative, token: string): boolean {
  return headers.authorization === `${scheme} ${token}`;
}

function idOf({ event }: StoredRelativeEvent): string | undefined {
  const metadata = isObject(event) ? event["metadata"] : undefined;
  const uid = isObject(metadata) ? metadata["uid"] : undefined;
  return typeof uid === "string" ? uid : undefined;
}

function refused(status: number, error: string): Reply {
  return jsonReply(status, { error });
}

import type { Answer, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { htmlReply } from "../simulator/behaviour.ts";
import { eventIdOf } from "../simulator/event-id.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import type { Metadata, StoredMessage } from "./messages.ts";
import { fieldsOf, linesOf, slicesOf, timeOf } from "./messages.ts";
import { sumoFailure } from "./replies.ts";

/** Options of `startSumoSimulator`. */
export interface SumoSimulatorOptions extends SimulatorOptions {
  /** The code at the end of the URL in `config`. */
  readonly code?: string;
  /** Number of requests refused with 401 before the URL is live, as after it was regenerated. */
  readonly liveAfter?: number;
  /** Simulates an exhausted ingest budget with stop action: every request is answered 200 and dropped. */
  readonly budgetUsedUp?: boolean;
  /** Names of the account's fields; others are dropped. Default all are kept. */
  readonly fields?: readonly string[];
  readonly maxBodyBytes?: number;
  readonly maxMessageBytes?: number;
}

/** A running simulator of Sumo Logic. */
export interface SumoSimulator extends Simulator<StoredMessage> {
  /** Regenerates the URL: the old one is refused, and the new one for its first `liveAfter` requests. */
  regenerate(code: string, liveAfter?: number): void;
  /** Refuses the URL with 401 while `refuse` is true. */
  refuseCredentials(refuse: boolean): void;
  /** Refuses every later body that contains this event, with 400. */
  poison(id: string): void;
}

const DEFAULT_CODE = "ZaVnC4dhaV2simulatorcode5xZq==";
const SOURCE = /^\/receiver\/v1\/http\/([^/]+)$/;
// No limit of a body is documented, only the advice to stay below 1 MB. This is far above it.
const MAX_BODY_BYTES = 100_000_000;
const MAX_MESSAGE_BYTES = 64 * 1024;

/** Simulates a Sumo Logic HTTP Logs source. */
export async function startSumoSimulator(options: SumoSimulatorOptions = {}): Promise<SumoSimulator> {
  const { keep = "all", maxBodyBytes = MAX_BODY_BYTES, maxMessageBytes = MAX_MESSAGE_BYTES } = options;
  const store = createEventStore<StoredMessage>(keep);
  let code = options.code ?? DEFAULT_CODE;
  const poison = createPoison(store);
  let refusals = options.liveAfter ?? 0;
  let isRefusing = false;

  function take({ headers, body, spoil }: SimulatedRequest): Answer {
    const lines = linesOf(body);
    if (poison.isIn(lines.map(eventIdOf), spoil)) {
      if (lines.length === 1) store.refuse();
      return sumoFailure(400);
    }
    if (options.budgetUsedUp) {
      store.refuse(lines.length);
      return { status: 200 };
    }
    const metadata = metadataOf(headers, options.fields);
    for (const line of lines) keepLine(line, metadata);
    return { status: 200 };
  }

  function keepLine(line: string, metadata: Metadata): void {
    const slices = slicesOf(line, maxMessageBytes);
    const isSlice = slices.length > 1;
    for (const text of slices) {
      // A slice is no complete event, so it has no id.
      store.addAgain(isSlice ? undefined : eventIdOf(text), () => ({ text, isSlice, ...metadata, time: timeOf(text) }));
    }
  }

  const simulator = await startHttpSimulator(options, {
    type: "sumo_logic",
    store,
    maxBodyBytes,
    config: (url) => ({
      http_source_url: `${url}/receiver/v1/http/${code}`,
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && SOURCE.test(path),
    answer(request) {
      const given = SOURCE.exec(request.path)?.[1];
      if (given === undefined) return htmlReply(404, "Not Found", `No page at ${request.path}.`);
      if (request.method !== "POST") return htmlReply(405, "Method Not Allowed", "Use POST.");
      if (decodeURIComponent(given) !== code || isRefusing) return sumoFailure(401);
      if (refusals > 0) {
        refusals -= 1;
        return sumoFailure(401);
      }
      return take(request);
    },
    refuseBody({ kind }) {
      if (kind === "too-large") return sumoFailure(413, "The request is too large.");
      return sumoFailure(kind === "unknown-encoding" ? 415 : 400, "The content encoding cannot be read.");
    },
    failure: (status) => sumoFailure(status),
  });
  return {
    ...simulator,
    regenerate(newCode, liveAfter = 0) {
      code = newCode;
      refusals = liveAfter;
    },
    refuseCredentials(refuse) {
      isRefusing = refuse;
    },
    poison: (id) => poison.add(id),
  };
}

function metadataOf(headers: RequestHead["headers"], known: readonly string[] | undefined): Metadata {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    category: text("x-sumo-category"),
    name: text("x-sumo-name"),
    host: text("x-sumo-host"),
    fields: fieldsOf(text("x-sumo-fields"), known),
  };
}

import { createRandom } from "../events/random.ts";
import type { Answer, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { htmlReply, jsonReply } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import type { AckOptions } from "./acks.ts";
import { createAckLedger } from "./acks.ts";
import type { StoredHecEvent } from "./intake.ts";
import { takeEvents, takeLines } from "./intake.ts";
import type { HecCode } from "./replies.ts";
import { hecFailure, hecReply, notFound, tooLarge, unknownEncoding } from "./replies.ts";
import type { HecToken } from "./tokens.ts";
import { authorize } from "./tokens.ts";

/** Options of `startHecSimulator`. */
export interface HecSimulatorOptions extends SimulatorOptions {
  /** The token in `config`. */
  readonly token?: string;
  /** Enables indexer acknowledgement for that token. */
  readonly ack?: boolean | AckOptions;
  /** Indexes that the token may write to. Default all. */
  readonly indexes?: readonly string[];
  /** Further tokens, by their text. */
  readonly tokens?: Readonly<Record<string, HecToken>>;
  /** Splunk Cloud answers an oversized body with 400 code 6, Enterprise with 413. */
  readonly edition?: "enterprise" | "cloud";
  readonly maxBodyBytes?: number;
  readonly maxEventBytes?: number;
}

/** A running simulator of Splunk's HTTP Event Collector. */
export type HecSimulator = Simulator<StoredHecEvent>;

const DEFAULT_TOKEN = "a1b2c3d4-0000-4000-8000-51e3a9f0c0de";
const COOKIE = "indexer";

// Enterprise 10.4's own limit; a Cloud trial refused bodies between 5.24 and 6 MB.
const MAX_BODY_BYTES = { enterprise: 838_860_800, cloud: 5_500_000 };
const MAX_EVENT_BYTES = 5 * 1024 * 1024;
const INTAKE = /^\/services\/collector(?:\/event)?(?:\/1\.0)?$/;
const RAW_INTAKE = /^\/services\/collector\/raw(?:\/1\.0)?$/;
const HEALTH = /^\/services\/collector\/health(?:\/1\.0)?$/;
const CHANNEL = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Simulates Splunk's HTTP Event Collector. */
export function startHecSimulator(options: HecSimulatorOptions = {}): Promise<HecSimulator> {
  const { token = DEFAULT_TOKEN, ack = false, indexes, edition = "enterprise", keep = "all", seed = 1 } = options;
  const { maxBodyBytes = MAX_BODY_BYTES[edition], maxEventBytes = MAX_EVENT_BYTES } = options;
  const ackOptions = typeof ack === "object" ? ack : {};
  const tokens = { ...options.tokens, [token]: { ack: ack !== false, ...(indexes && { indexes }) } };
  const store = createEventStore<StoredHecEvent>(keep);
  const ledgers = [createAckLedger(ackOptions), createAckLedger(ackOptions)] as const;
  const random = createRandom(seed + 1);

  function intake(request: SimulatedRequest): Answer {
    const allowed = authorize(request, tokens);
    if (typeof allowed === "number") return hecReply(allowed);
    const channel = allowed.ack ? channelOf(request, edition) : "";
    if (typeof channel === "number") return hecReply(channel);
    const { loseAcks = 0, loseEvents = 0 } = ackOptions;
    const luck = allowed.ack ? random() : 1;
    const context = {
      store,
      maxEventBytes,
      discard: luck < loseEvents,
      defaultIndex: allowed.defaultIndex ?? "main",
      ...(allowed.indexes && { indexes: allowed.indexes }),
      ...(request.poisoned && { poisoned: request.poisoned }),
    };
    const { code, eventNumber, taken } = RAW_INTAKE.test(request.path)
      ? takeLines(request, context)
      : takeEvents(request.body, request.spoil, context);
    const acked = allowed.ack && (code === 0 || taken > 0);
    const indexer = ledgers[indexerOf(request) ?? 0];
    return hecReply(code, {
      ...(eventNumber !== undefined && { eventNumber }),
      ...(acked && { ackId: indexer.issue(channel, luck < loseEvents + loseAcks) }),
      ...(ackOptions.indexers === 2 && { headers: { "set-cookie": `${COOKIE}=${indexerOf(request) ?? 0}; Path=/` } }),
    });
  }

  function poll(request: SimulatedRequest): Answer {
    const allowed = authorize(request, tokens);
    if (typeof allowed === "number") return hecReply(allowed);
    if (!allowed.ack) return hecReply(14);
    const channel = channelOf(request, edition);
    if (typeof channel === "number") return hecReply(channel);
    const ids = ackIds(request.body);
    // Without the cookie, a load balancer sends the poll to the other indexer.
    const indexer = indexerOf(request) ?? (ackOptions.indexers === 2 ? 1 : 0);
    return ids ? jsonReply(200, { acks: ledgers[indexer].poll(channel, ids) }) : hecReply(6);
  }

  return startHttpSimulator(options, {
    type: "splunk_hec",
    store,
    maxBodyBytes,
    config: (url) => ({
      url,
      token,
      ...(ack !== false && { ack: true }),
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && (INTAKE.test(path) || RAW_INTAKE.test(path)),
    answer(request) {
      const { path, method } = request;
      if (HEALTH.test(path)) return hecReply(17);
      const isPoll = path === "/services/collector/ack";
      if (!isPoll && !INTAKE.test(path) && !RAW_INTAKE.test(path)) return notFound();
      if (method !== "POST") return htmlReply(405, "Method Not Allowed", "Use POST.");
      return isPoll ? poll(request) : intake(request);
    },
    refuseBody(problem) {
      if (problem.kind === "unknown-encoding") return unknownEncoding(problem.encoding);
      if (problem.kind === "not-gzip") return hecReply(6);
      return edition === "cloud" ? hecReply(6, { eventNumber: 0 }) : tooLarge(problem.bytes, maxBodyBytes);
    },
    refusal: ({ path }) => (HEALTH.test(path) ? undefined : hecReply(4)),
    judgesEvents: true,
    failure: hecFailure,
  });
}

function channelOf({ headers, query }: RequestHead, edition: "enterprise" | "cloud"): string | HecCode {
  const header = headers["x-splunk-request-channel"];
  const channel = (typeof header === "string" ? header : undefined) ?? query.get("channel");
  if (channel === null || channel === "") return edition === "cloud" ? 28 : 10;
  return CHANNEL.test(channel) ? channel.toLowerCase() : 11;
}

function indexerOf({ headers }: RequestHead): 0 | 1 | undefined {
  const number = new RegExp(`(?:^|; *)${COOKIE}=([01])`).exec(headers.cookie ?? "")?.[1];
  if (number === undefined) return undefined;
  return number === "1" ? 1 : 0;
}

function ackIds(body: Buffer): readonly number[] | undefined {
  const value = parseJson(body.toString());
  const acks = isObject(value) ? value["acks"] : undefined;
  return Array.isArray(acks) && acks.every((id) => typeof id === "number") ? acks : undefined;
}

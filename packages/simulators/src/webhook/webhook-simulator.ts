import { createHmac, timingSafeEqual } from "node:crypto";
import type { Answer, SimulatedRequest } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import { createPoison } from "../simulator/poison.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";

/** Options of `startWebhookSimulator`. */
export interface WebhookSimulatorOptions extends SimulatorOptions {
  /** The secret in `config`, which verifies signatures. */
  readonly secret?: string;
  /** The shape in `config`. The simulator accepts all shapes. */
  readonly shape?: "array" | "ndjson" | "single";
  /** Treats a message with a known id as a repeat and does not store it again. */
  readonly isIdempotent?: boolean;
  readonly maxBodyBytes?: number;
  /** The receiver's clock in milliseconds, which refuses old messages. Without it none are refused. */
  readonly now?: () => number;
}

/** An event that the receiver stored. */
export interface ReceivedEvent {
  readonly messageId: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** A running simulator of a webhook receiver. */
export interface WebhookSimulator extends Simulator<ReceivedEvent> {
  /** Refuses every signature with 401 while `refuse` is true. */
  refuseCredentials(refuse: boolean): void;
  /** Refuses every later body that contains this event, with 422. */
  poison(id: string): void;
}

const DEFAULT_SECRET = "whsec_c2ltdWxhdGVkLXJlY2VpdmVyLXNlY3JldC0x";
const HOOK = "/hooks/arbitex-5f1e9c02";
const MAX_BODY_BYTES = 1024 * 1024;
/** Largest difference between a message's time and now, as in the public libraries. */
const TOLERANCE_S = 300;

/** Simulates a receiver of webhooks that verifies Standard Webhooks signatures. */
export async function startWebhookSimulator(options: WebhookSimulatorOptions = {}): Promise<WebhookSimulator> {
  const { secret = DEFAULT_SECRET, now, keep = "all", isIdempotent = false, shape } = options;
  const store = createEventStore<ReceivedEvent>(keep);
  const poison = createPoison(store);
  const seen = new Set<string>();
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  let isRefusing = false;

  function take(request: SimulatedRequest): Answer {
    const { headers, body } = request;
    const problem = isRefusing ? "the simulator was told to refuse" : signatureProblem(request, key, now?.());
    if (problem !== undefined) return jsonReply(401, { error: problem });
    const events = eventsIn(body, headers["content-type"] ?? "");
    if (events === undefined) return jsonReply(400, { error: "the body is no JSON of events" });
    if (poison.isIn(events.map(uidOf), undefined)) {
      if (events.length === 1) store.refuse();
      return jsonReply(422, { error: "the simulator was told to refuse" });
    }
    const messageId = String(headers["webhook-id"]);
    if (!isIdempotent || !seen.has(messageId)) {
      for (const event of events) store.addAgain(uidOf(event), () => ({ messageId, event }));
    }
    seen.add(messageId);
    return jsonReply(200, { status: "ok", events: events.length });
  }

  const simulator = await startHttpSimulator(options, {
    type: "webhook",
    store,
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    config: (url) => ({
      url: `${url}${HOOK}`,
      signing_secret: secret,
      ...(shape !== undefined && { shape }),
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "POST" && path === HOOK,
    answer(request) {
      if (request.path !== HOOK) return { status: 404 };
      return request.method === "POST" ? take(request) : { status: 405 };
    },
    refuseBody: ({ kind }) => (kind === "too-large" ? { status: 413 } : { status: 415 }),
    failure: (status) => jsonReply(status, { error: "the simulator was told to fail" }),
  });
  return {
    ...simulator,
    refuseCredentials(refuse) {
      isRefusing = refuse;
    },
    poison: (id) => poison.add(id),
  };
}

function signatureProblem({ headers, body }: SimulatedRequest, key: Buffer, now: number | undefined) {
  const [id, time, list] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headers[name]);
  if (typeof id !== "string" || typeof time !== "string" || typeof list !== "string") return "not signed";
  if (now !== undefined && Math.abs(Number(time) - now / 1000) > TOLERANCE_S) return "too old, or from the future";
  const expected = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest();
  const given = list.split(" ").flatMap((signature) => {
    const [version, text = ""] = signature.split(",");
    return version === "v1" ? [Buffer.from(text, "base64")] : [];
  });
  const isGood = given.some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
  return isGood ? undefined : "no matching signature";
}

type Event = ReceivedEvent["event"];

function eventsIn(body: Buffer, contentType: string): readonly Event[] | undefined {
  const text = body.toString("utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  const values = contentType === "application/x-ndjson" ? lines.map(parseJson) : [parseJson(text)].flat();
  return values.every(isObject) ? values : undefined;
}

function uidOf({ metadata }: Event): string | undefined {
  return isObject(metadata) && typeof metadata["uid"] === "string" ? metadata["uid"] : undefined;
}

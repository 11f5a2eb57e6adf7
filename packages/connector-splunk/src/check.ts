import { randomUUID } from "node:crypto";
import type { CheckReport, CheckStep, HttpClient, HttpReply, OnStep } from "@arbitex/core";
import { describeFailure, reasonOf, tlsFixOf } from "@arbitex/core";
import { CHANNEL_HEADER } from "./channel.ts";
import type { HecManners } from "./classify.ts";
import { classifyReply } from "./classify.ts";
import { ACK_DISABLED, meaningOf, NO_DATA } from "./codes.ts";
import { confirmedAcks, hecReplyOf } from "./reply.ts";
import type { HecEndpoints } from "./url.ts";

export interface HecCheck {
  readonly http: HttpClient;
  readonly endpoints: HecEndpoints;
  readonly headers: Readonly<Record<string, string>>;
  readonly index: string | null;
  readonly ack: boolean;
  readonly manners: HecManners;
  readonly now: () => number;
}

/** Checks a HEC destination without writing an event. */
export async function checkHec(hec: HecCheck, signal: AbortSignal, onStep?: OnStep): Promise<CheckReport> {
  const steps: CheckStep[] = [];
  const add = (step: CheckStep) => {
    steps.push(step);
    onStep?.(step);
  };
  // Without a health address, the next step also proves the connection.
  const ways = hec.endpoints.health === undefined ? [] : [["connect", checkConnection] as const];
  for (const [name, step] of [...ways, ["credential", checkCredential] as const]) {
    const result = await step(hec, signal).catch((error: unknown) => unreachable(error));
    add({ name, ...result });
    if (result.status === "failed") return { steps };
  }
  if (hec.ack) {
    const result = await checkAcknowledgement(hec, signal).catch((error: unknown) => unreachable(error));
    add({ name: "acknowledgement", ...result });
  }
  if (hec.index !== null)
    add({
      name: "index",
      status: "skipped",
      detail: `only a real event proves that the token may write to index "${hec.index}" (Splunk answers code 7 if not)`,
    });
  return { steps };
}

type StepResult = Omit<CheckStep, "name">;

/** Checks the connection: the health address needs no token and proves only that Splunk is reachable. */
async function checkConnection({ http, endpoints }: HecCheck, signal: AbortSignal): Promise<StepResult> {
  const { health } = endpoints;
  if (health === undefined) return { status: "skipped", detail: "no health address is known" };
  const reply = await http.send({ url: health, method: "GET" }, signal);
  const hec = hecReplyOf(reply);
  if (reply.status === 503) {
    const fix =
      "Splunk is reachable but takes no events now (full queues, or a restart): it may pass by itself; if not, look at the indexers.";
    return { status: "failed", detail: hec?.reason ?? reasonOf(reply), fix };
  }
  // A forwarder of events may not forward this address; the next step decides.
  if (reply.status !== 200 || hec === undefined) {
    return { status: "passed", detail: `the server answers, but not as HEC's health address does: ${reasonOf(reply)}` };
  }
  return { status: "passed", detail: hec.reason };
}

/** Posts a request without data: Splunk checks the token before the data. */
async function checkCredential(
  { http, endpoints, headers, ack, manners, now }: HecCheck,
  signal: AbortSignal,
): Promise<StepResult> {
  const channel = ack ? newChannel() : {};
  const reply = await http.send({ url: endpoints.intake, headers: { ...headers, ...channel }, body: NOTHING }, signal);
  const hec = hecReplyOf(reply);
  if (hec?.code === NO_DATA) return { status: "passed", detail: "the token is accepted" };
  const detail = hec?.reason ?? reasonOf(reply);
  const { result } = classifyReply(reply, { records: [] }, now(), manners);
  if (result.kind === "accepted") return { status: "passed", detail };
  if (result.kind === "rejected" && reply.status === 400 && !manners.isSplunk) {
    return { status: "passed", detail: `it looks at requests; of one without an event it says ${detail}` };
  }
  const fix =
    result.kind === "suspend" ? result.fix : hec === undefined && reply.status < 500 ? manners.fix : undefined;
  return { status: "failed", detail, ...(fix !== undefined && { fix }) };
}

/**
 * Checks acknowledgement on a new channel, since Splunk confirms an id only once. A token without acknowledgement is
 * not a failure: events still arrive, and a suspended destination that passes this check is retried.
 */
async function checkAcknowledgement({ http, endpoints, headers }: HecCheck, signal: AbortSignal): Promise<StepResult> {
  if (endpoints.ack === undefined) return { status: "skipped", detail: "no address of acknowledgements is known" };
  const body = Buffer.from(`{"acks":[0]}`);
  const reply: HttpReply = await http.send(
    { url: endpoints.ack, headers: { ...headers, ...newChannel() }, body },
    signal,
  );
  if (confirmedAcks(reply, [0]) !== undefined) return { status: "passed", detail: "the token acknowledges" };
  const hec = hecReplyOf(reply);
  const meaning = hec && meaningOf(hec.code);
  const detail = hec?.reason ?? reasonOf(reply);
  if (hec?.code !== ACK_DISABLED) return { status: "failed", detail };
  return {
    status: "skipped",
    detail: `${detail}: batches will count as delivered once Splunk accepts them`,
    ...(meaning?.kind === "misconfigured" && { fix: meaning.fix }),
  };
}

const NOTHING = Buffer.alloc(0);

function newChannel(): Readonly<Record<string, string>> {
  return { [CHANNEL_HEADER]: randomUUID() };
}

const CHECK_WAY =
  "Check scheme, host and port of url (HEC's own port is 8088), and the firewalls between here and Splunk.";

function unreachable(error: unknown): StepResult {
  return { status: "failed", detail: describeFailure(error), fix: tlsFixOf(error) ?? CHECK_WAY };
}

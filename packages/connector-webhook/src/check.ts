import type { CheckReport, CheckStep, HttpReply, SendResult } from "@arbitex/core";
import { noAnswer, verdictStep } from "@arbitex/core";

export interface WebhookCheck {
  /** Posts a body without events like a delivery; undefined if the shape has no such body. */
  readonly post: ((signal: AbortSignal) => Promise<HttpReply>) | undefined;
  readonly get: (signal: AbortSignal) => Promise<HttpReply>;
  readonly classify: (reply: HttpReply) => SendResult;
  readonly host: string;
}

/** Posts a body without events: it tests signature and credential and gives the receiver nothing to act on. */
export async function checkReceiver(
  { post, get, classify, host }: WebhookCheck,
  signal: AbortSignal,
): Promise<CheckReport> {
  let reply: HttpReply;
  try {
    reply = await (post ?? get)(signal);
  } catch (error) {
    return { steps: [noAnswer("connect", error, `Check the host in url, and let ${host} through the firewall.`)] };
  }
  const connect: CheckStep = { name: "connect", status: "passed", detail: `${host} answers HTTP ${reply.status}` };
  if (post === undefined) return { steps: [connect, UNTRIED] };
  return { steps: [connect, receiverStep(classify(reply), host)] };
}

const UNTRIED: CheckStep = {
  name: "receiver",
  status: "skipped",
  detail: "one event a request leaves no request without an event: the first delivery shows whether they are taken",
};

/** A receiver may refuse an empty body: the credential was then accepted. */
function receiverStep(verdict: SendResult, host: string): CheckStep {
  if (verdict.kind !== "rejected") return verdictStep("receiver", verdict, `${host} takes a body without events`);
  const detail = `${host} refuses a body without events, which says nothing of others: ${verdict.reason}`;
  return { name: "receiver", status: "passed", detail };
}

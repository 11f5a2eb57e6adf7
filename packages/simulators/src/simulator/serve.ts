import type { IncomingMessage, ServerResponse } from "node:http";
import type { Random } from "../events/random.ts";
import type { Answer, Behaviour, Reply, RequestHead } from "./behaviour.ts";
import { createSpoil, htmlReply } from "./behaviour.ts";
import type { Fault } from "./fault.ts";
import { readBody } from "./read-body.ts";
import { informForEver, sendDrops, sendForEver } from "./send-harm.ts";
import { halfClose, resetConnection, sendHalf, sendLater, sendReply } from "./send-reply.ts";

/** One request and its response. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly fault: Fault;
}

export interface Outcome {
  /** Empty when it was not read. */
  readonly body: Buffer;
  readonly wireBytes: number;
  /** Undefined when no answer was sent. */
  readonly status: number | undefined;
}

export interface ServeContext {
  readonly behaviour: Behaviour<unknown>;
  readonly random: Random;
  /** Aborts when the simulator is closed. */
  readonly closing: AbortSignal;
  readonly mood: Mood;
}

/** Faults that last for several requests. */
export interface Mood {
  refusesCredentials: boolean;
  /** Ids of the events that are refused. */
  readonly poisoned: Set<string>;
  /** Status by event id. A proxy before the SIEM answers every request with such an event with this status. */
  readonly blocked: Map<string, number>;
}

const NO_BODY = { body: Buffer.alloc(0), wireBytes: 0 };

/** Reads a request, applies the fault or lets the SIEM answer, and sends the answer as the fault allows. */
export async function serve(exchange: Exchange, context: ServeContext): Promise<Outcome> {
  const { incoming, response, head, fault } = exchange;
  const { behaviour } = context;
  if (fault.kind === "reset-before") return { ...NO_BODY, status: resetConnection(response) };
  if (fault.kind === "early") return { ...NO_BODY, status: sendReply(response, behaviour.failure(503)) };
  const read = await readBody(incoming, behaviour.maxBodyBytes, behaviour.packings);
  if (read.kind === "broken-off") return { ...NO_BODY, status: undefined };
  if (read.kind !== "read") {
    incoming.resume();
    const answer = behaviour.refuseBody(read, head);
    return { ...NO_BODY, status: answer === "reset" ? resetConnection(response) : sendReply(response, answer) };
  }
  const refusal = context.mood.refusesCredentials ? refusalOf(head, behaviour) : undefined;
  const answer = refusal ?? judge(exchange, read.body, context);
  const status = answer === "none" ? undefined : await give(answer, exchange, context);
  return { body: read.body, wireBytes: read.wireBytes, status };
}

/** The fault's answer if it has one, else the SIEM's own. */
function judge({ head, fault }: Exchange, body: Buffer, { behaviour, random, mood }: ServeContext): Answer | "none" {
  const { poisoned, blocked } = mood;
  for (const [id, status] of blocked) if (body.includes(id)) return htmlReply(status, "Blocked", "By the firewall.");
  const request = { ...head, body, ...(poisoned.size > 0 && behaviour.judgesEvents && { poisoned }) };
  switch (fault.kind) {
    case "status": {
      const own = behaviour.failure(fault.status);
      const headers = { ...(fault.body === undefined && own.headers), ...fault.headers };
      return { status: fault.status, headers, body: fault.body ?? own.body ?? "" };
    }
    case "html":
      return htmlReply(200, "Sign in to the network", "Please accept the terms of use.");
    case "empty":
      return { status: 200 };
    case "hang":
      return "none";
    case "endless":
    case "informed":
    case "drip":
      return { status: 200 };
    case "partial":
      return behaviour.answer({ ...request, spoil: createSpoil(random, fault) });
    default:
      return !behaviour.judgesEvents && holdsAny(body, poisoned) ? behaviour.failure(400) : behaviour.answer(request);
  }
}

function refusalOf(head: RequestHead, behaviour: Behaviour<unknown>): Reply | undefined {
  return behaviour.refusal === undefined ? behaviour.failure(401) : behaviour.refusal(head);
}

function holdsAny(body: Buffer, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => body.includes(id));
}

function give(answer: Answer, { response, fault }: Exchange, { closing }: ServeContext) {
  if (answer === "reset" || fault.kind === "reset-after") return resetConnection(response);
  if (fault.kind === "half-closed") return halfClose(response);
  if (fault.kind === "truncated") return sendHalf(response, answer);
  if (fault.kind === "endless") return sendForEver(response);
  if (fault.kind === "drip") return sendDrops(response);
  if (fault.kind === "informed") return informForEver(response);
  if (fault.kind === "continue") response.writeContinue();
  if (fault.kind === "slow") return sendLater(response, answer, fault.ms, closing);
  return sendReply(response, answer);
}

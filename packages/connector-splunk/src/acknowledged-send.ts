import { randomUUID } from "node:crypto";
import type { Batch, ConnectorContext, EventFailure, HttpReply, SendResult, Sink } from "@arbitex/core";
import { classifyFailure } from "@arbitex/core";
import type { AcknowledgementTiming, PollAnswer } from "./acknowledgement.ts";
import { createAcknowledgements } from "./acknowledgement.ts";
import type { Channel } from "./channel.ts";
import { createChannel } from "./channel.ts";
import type { HecVerdict } from "./classify.ts";
import { ACK_DISABLED } from "./codes.ts";
import { confirmedAcks, hecReplyOf } from "./reply.ts";

type Headers = Readonly<Record<string, string>>;

export interface AcknowledgedSendOptions {
  readonly context: ConnectorContext;
  readonly timing: AcknowledgementTiming;
  readonly post: (batch: Batch, headers: Headers, signal: AbortSignal) => Promise<HttpReply>;
  readonly poll: (ids: readonly number[], headers: Headers, signal: AbortSignal) => Promise<HttpReply>;
  readonly classify: (reply: HttpReply, batch: Batch) => HecVerdict;
}

export interface AcknowledgedSend {
  /** Makes one attempt, which lasts until Splunk has indexed what it took. */
  readonly send: Sink["send"];
  close(): void;
}

export function createAcknowledgedSend(options: AcknowledgedSendOptions): AcknowledgedSend {
  const { context, timing, post, poll, classify } = options;
  const { logger } = context;
  const acknowledgements = createAcknowledgements({
    poll: pollChannel,
    timing,
    clock: { now: () => performance.now(), after },
  });
  let channel = createChannel(randomUUID());
  let isAcknowledging = true;
  let isPollable = true;

  async function send(batch: Batch, signal: AbortSignal): Promise<SendResult> {
    const mine = channel;
    let floor = -1;
    let reply: HttpReply;
    try {
      reply = await mine.exchange((headers) => {
        floor = mine.highestAckId();
        return post(batch, headers, signal);
      });
    } catch (error) {
      return classifyFailure(error);
    }
    const verdict = classify(reply, batch);
    const { result, taken, ackId } = verdict;
    if (taken === 0) return result;
    if (ackId === undefined) {
      if (result.kind === "accepted") noteAcknowledging(false);
      return result;
    }
    if (ackId <= floor || acknowledgements.isWaiting(mine, ackId)) {
      leave(
        mine,
        "Splunk numbers acknowledgements anew (restarted, or no sticky sessions), going on with a new channel",
      );
      // Waiting ids on it could be confirmed by another batch's answer.
      acknowledgements.abandon(mine);
      return unproven(verdict, RENUMBERED);
    }
    mine.noteAckId(ackId);
    return settle(mine, verdict, ackId, signal);
  }

  async function settle(mine: Channel, verdict: HecVerdict, ackId: number, signal: AbortSignal): Promise<SendResult> {
    const outcome = await acknowledgements.wait(mine, ackId, signal);
    switch (outcome) {
      case "acknowledged":
        noteAcknowledging(true);
        return verdict.result;
      case "disabled":
        noteAcknowledging(false);
        return verdict.result;
      case "expired":
        leave(mine, "Splunk did not acknowledge a batch in time, going on with a new channel");
        return unproven(verdict, `not acknowledged within ${timing.timeoutMs / 1000} s`);
      case "abandoned":
        return unproven(verdict, RENUMBERED);
      case "stopped":
        return unproven(verdict, "stopped before Splunk acknowledged");
      default:
        return outcome satisfies never;
    }
  }

  async function pollChannel(mine: Channel, ids: readonly number[], stop: AbortSignal): Promise<PollAnswer> {
    // Polls do not overlap: one without an answer must not end them all.
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timing.pollTimeoutMs)]);
    try {
      const reply = await mine.exchange((headers) => poll(ids, headers, signal));
      if (hecReplyOf(reply)?.code === ACK_DISABLED) return { kind: "disabled" };
      const acknowledged = confirmedAcks(reply, ids);
      notePollable(acknowledged !== undefined, { status: reply.status });
      return acknowledged === undefined ? { kind: "failed" } : { kind: "answered", acknowledged };
    } catch (error) {
      if (!stop.aborted) notePollable(false, { error });
      return { kind: "failed" };
    }
  }

  function leave(mine: Channel, text: string): void {
    // Another batch of the channel may have been first.
    if (channel !== mine) return;
    channel = createChannel(randomUUID());
    logger.warn({ channel: mine.id, newChannel: channel.id }, text);
  }

  function noteAcknowledging(now: boolean): void {
    if (isAcknowledging === now) return;
    isAcknowledging = now;
    if (now) logger.info({}, "the token acknowledges again, batches count as delivered once Splunk has indexed them");
    else
      logger.warn({}, "the token has no indexer acknowledgement, batches count as delivered once Splunk accepts them");
  }

  function notePollable(now: boolean, facts: object): void {
    if (isPollable === now) return;
    isPollable = now;
    if (now) logger.info(facts, "acknowledgements can be polled again");
    else logger.warn(facts, "acknowledgements cannot be polled, batches wait");
  }

  return { send, close: () => acknowledgements.close() };
}

const RENUMBERED = "acknowledgement lost: Splunk numbers anew";

/** Returns the verdict if indexing is not confirmed. */
function unproven({ result, taken }: HecVerdict, reason: string): SendResult {
  if (result.kind !== "partial") return { kind: "retry", reason, ambiguous: true };
  const again = Array.from({ length: taken }, (_, index): EventFailure => ({ index, outcome: "retry", reason }));
  return { kind: "partial", failures: [...again, ...result.failures] };
}

function after(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}

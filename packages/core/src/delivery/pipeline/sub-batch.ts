import type { SendResult } from "../../connector/send-result.ts";
import type { Body } from "../transmit/transmitter.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { TakenBatch } from "./taken-batches.ts";

/** What has been tried with some events so far. */
export interface AttemptHistory {
  readonly attempts: number;
  readonly firstAttemptAt: number | undefined;
  readonly ambiguous: boolean;
}

/** Events of one batch that are sent together: all of it, or what is left of it. */
export interface SubBatch {
  /** With which they were taken from the queue. */
  readonly batch: TakenBatch;
  readonly records: readonly AcceptedEvent[];
  /** Failures in vain so far, of these events or of a larger sub-batch with them. */
  readonly retries: number;
  /** It has failed before, or a larger sub-batch with it, where others passed. */
  readonly isSuspect: boolean;
  /** Undefined where it is in the memory of attempts: of events that came from the queue. */
  readonly history: AttemptHistory | undefined;
  /** Of an attempt with the very same events. */
  readonly body?: Body | undefined;
  /** The body that was refused as too large, of which this is a half. */
  readonly oversize?: Oversize | undefined;
  /** The destination's deliveries when these events were refused for the first time. */
  readonly refusedAt?: number | undefined;
  /** Set when exactly these events have failed. */
  readonly doubt?: Doubt | undefined;
}

/** A body that was refused as too large. It was its size when all of its events pass in smaller ones. */
export interface Oversize {
  readonly bytes: number;
  /** Its events that have not passed yet. */
  left: number;
  /** The largest body with some of them that has passed. */
  passedBytes: number;
}

/** Whether a failure is the sub-batch's own or the destination's shows in what happens to other sub-batches. */
export interface Doubt {
  /** It is sent again; it lets others pass before; only a status has refused it; or it is not to be sent again. */
  readonly kind: "failed" | "yielded" | "refused" | "exhausted";
  readonly reason: string;
  /** The destination's deliveries when it failed. */
  readonly deliveries: number;
}

export const untried: AttemptHistory = { attempts: 0, firstAttemptAt: undefined, ambiguous: false };

/** A batch as it came from the queue. */
export function freshSubBatch(batch: TakenBatch): SubBatch {
  return { batch, records: batch.records, retries: 0, isSuspect: false, history: undefined };
}

/** Both halves of a sub-batch, of which nothing is known yet. */
export function halvesOf(subBatch: SubBatch): readonly SubBatch[] {
  const { records, body: _body, doubt: _doubt, ...rest } = subBatch;
  const middle = records.length >> 1;
  return [
    { ...rest, records: records.slice(0, middle) },
    { ...rest, records: records.slice(middle) },
  ];
}

/** The history with one attempt more. */
export function withAttempt(
  { attempts, firstAttemptAt, ambiguous }: AttemptHistory,
  result: SendResult,
  startedAt: number,
): AttemptHistory {
  return {
    attempts: attempts + 1,
    firstAttemptAt: firstAttemptAt ?? startedAt,
    ambiguous: ambiguous || ("ambiguous" in result && result.ambiguous),
  };
}

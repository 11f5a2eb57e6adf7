import type { SendResult } from "../../connector/send-result.ts";
import type { Body } from "../transmit/transmitter.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { TakenBatch } from "./taken-batches.ts";

/** Attempts with some events so far. */
export interface AttemptHistory {
  readonly attempts: number;
  readonly firstAttemptAt: number | undefined;
  readonly ambiguous: boolean;
}

/** Events of one batch that are sent together: all of it, or a remainder. */
export interface SubBatch {
  /** The batch they were taken in. */
  readonly batch: TakenBatch;
  readonly records: readonly AcceptedEvent[];
  /** Number of failed attempts, with these events or a larger sub-batch. */
  readonly retries: number;
  /** Whether it, or a larger sub-batch with it, failed before while others passed. */
  readonly isSuspect: boolean;
  /** Attempts so far; undefined if they are in the attempt memory, for events from the queue. */
  readonly history: AttemptHistory | undefined;
  /** Body of an attempt with exactly these events. */
  readonly body?: Body | undefined;
  /** The body refused as too large of which this is a half. */
  readonly oversize?: Oversize | undefined;
  /** Number of deliveries when these events were first refused. */
  readonly refusedAt?: number | undefined;
  /** Set if exactly these events failed. */
  readonly doubt?: Doubt | undefined;
}

/** A body refused as too large. Its size was the cause if all its events pass in smaller bodies. */
export interface Oversize {
  readonly bytes: number;
  /** Number of its events not yet passed. */
  left: number;
  /** Largest body with some of them that passed. */
  passedBytes: number;
}

/** A failure whose cause, the events or the destination, is decided by what happens to other sub-batches. */
export interface Doubt {
  /**
   * `failed`: it is resent. `yielded`: others go first. `refused`: only a status refused it. `exhausted`: it is not
   * resent.
   */
  readonly kind: "failed" | "yielded" | "refused" | "exhausted";
  readonly reason: string;
  /** Number of deliveries at its failure. */
  readonly deliveries: number;
}

export const untried: AttemptHistory = { attempts: 0, firstAttemptAt: undefined, ambiguous: false };

/** Creates the sub-batch of a whole, unsent batch. */
export function freshSubBatch(batch: TakenBatch): SubBatch {
  return { batch, records: batch.records, retries: 0, isSuspect: false, history: undefined };
}

/** Splits a sub-batch into halves without history of their own. */
export function halvesOf(subBatch: SubBatch): readonly SubBatch[] {
  const { records, body: _body, doubt: _doubt, ...rest } = subBatch;
  const middle = records.length >> 1;
  return [
    { ...rest, records: records.slice(0, middle) },
    { ...rest, records: records.slice(middle) },
  ];
}

/** Adds one attempt to a history. */
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

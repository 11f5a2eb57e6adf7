import type { NewDeadLetter } from "./dead-letter-writer.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { AttemptHistory, SubBatch } from "./sub-batch.ts";
import type { SubBatchAgain, Settlement } from "./settle.ts";

/** Events sent together, with the attempts so far. */
export interface TriedSubBatch extends SubBatch {
  readonly history: AttemptHistory;
}

/** Outcomes of the events of a settled sub-batch. Each event is in exactly one place. */
export interface Division {
  readonly delivered: readonly AcceptedEvent[];
  readonly deadLetters: readonly NewDeadLetter[];
  /** Sub-batches to resend, in order. */
  readonly again: readonly AgainSubBatch[];
  readonly requeued: readonly AcceptedEvent[];
}

export interface AgainSubBatch extends Pick<SubBatchAgain, "when" | "doubt"> {
  readonly subBatch: TriedSubBatch;
}

/** Divides a sub-batch's events by the indexes of a settlement. */
export function divide(subBatch: TriedSubBatch, plan: Settlement): Division {
  const { records, history } = subBatch;
  const placed = new Set([
    ...plan.deadLetters.map(({ index }) => index),
    ...plan.again.flatMap(({ indexes }) => indexes),
    ...plan.requeue,
  ]);
  return {
    delivered: placed.size === records.length ? [] : records.filter((_, index) => !placed.has(index)),
    deadLetters: plan.deadLetters.map(({ index, stage, reason }) => {
      return { record: recordAt(records, index), stage, reason, history };
    }),
    again: plan.again.map(({ indexes, isRetry, isSuspect = subBatch.isSuspect, when, doubt }) => {
      const retries = subBatch.retries + (isRetry ? 1 : 0);
      if (indexes.length === records.length) return { subBatch: { ...subBatch, retries, isSuspect }, when, doubt };
      // What was known of the whole, and its body, do not apply to a part.
      const part = { records: indexes.map((index) => recordAt(records, index)), doubt: undefined, body: undefined };
      return { subBatch: { ...subBatch, ...part, retries, isSuspect }, when, doubt };
    }),
    requeued: plan.requeue.map((index) => recordAt(records, index)),
  };
}

function recordAt(records: readonly AcceptedEvent[], index: number): AcceptedEvent {
  const record = records[index];
  if (record === undefined) throw new RangeError(`no event at ${index} of ${records.length}`);
  return record;
}

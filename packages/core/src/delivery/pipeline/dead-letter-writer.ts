import type { Logger } from "../../telemetry/logger.ts";
import type { Clock } from "../../clock.ts";
import type { DeadLetters } from "../dead-letters/dead-letter.ts";
import type { MutableCounts } from "../queue/delivery-counts.ts";
import { totalOf } from "../queue/delivery-counts.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Step } from "../transmit/shape/step.ts";
import type { AttemptHistory } from "./sub-batch.ts";
import type { Stage } from "../dead-letters/stage.ts";

/** An event to dead-letter, with the reason. */
export interface NewDeadLetter {
  readonly record: AcceptedEvent;
  readonly stage: Stage;
  readonly reason: string;
  readonly history: AttemptHistory;
}

export interface DeadLetterWriterOptions {
  readonly destinationId: string;
  readonly type: string;
  readonly deadLetters: DeadLetters;
  readonly counts: MutableCounts;
  /** Numbers and redacts the events; undefined to write them as they are. */
  readonly keep: Step | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Limits the log of a destination that refuses everything. */
const LOG_INTERVAL_MS = 10_000;

/**
 * Writes a destination's dead letters, counts them, and logs them at most every 10 s. Throws when the write fails. Calls
 * `settle` in the same tick as it counts them, so that no event is counted twice or not at all.
 */
export type WriteDeadLetters = (deadLetters: readonly NewDeadLetter[], settle: () => void) => Promise<void>;

export function createDeadLetterWriter({
  destinationId,
  type,
  deadLetters,
  counts,
  keep,
  clock,
  logger,
}: DeadLetterWriterOptions): WriteDeadLetters {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let unlogged = 0;

  function log({ stage, reason }: NewDeadLetter, count: number): void {
    unlogged += count;
    const now = clock.elapsed();
    if (now - loggedAt < LOG_INTERVAL_MS) return;
    logger.error({ count: unlogged, total: totalOf(counts.deadLettered), stage, reason }, "events were dead-lettered");
    loggedAt = now;
    unlogged = 0;
  }

  return async (events, settle) => {
    const [first] = events;
    if (first === undefined) return settle();
    await deadLetters.append(
      events.map(({ record, stage, reason, history: { attempts, ambiguous, firstAttemptAt } }) => {
        return {
          record: keep?.(record) ?? record,
          destinationId,
          type,
          stage,
          reason,
          attempts,
          ambiguous,
          firstAttemptAt,
        };
      }),
    );
    for (const { stage } of events) counts.deadLettered[stage]++;
    settle();
    log(first, events.length);
  };
}

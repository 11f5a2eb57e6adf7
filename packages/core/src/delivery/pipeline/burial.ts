import type { Logger } from "../../telemetry/logger.ts";
import type { Clock } from "../../clock.ts";
import type { DeadLetters } from "../dead-letters/dead-letter.ts";
import type { MutableCounts } from "../queue/delivery-counts.ts";
import { totalOf } from "../queue/delivery-counts.ts";
import type { EventRecord } from "../../event/event-record.ts";
import type { AttemptHistory } from "./sub-batch.ts";
import type { Stage } from "../dead-letters/stage.ts";

/** An event on its way to the dead letters. */
export interface Leaving {
  readonly record: EventRecord;
  readonly stage: Stage;
  readonly reason: string;
  readonly history: AttemptHistory;
}

export interface BurialOptions {
  readonly destinationId: string;
  readonly type: string;
  readonly deadLetters: DeadLetters;
  readonly counts: MutableCounts;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A destination that refuses everything would otherwise fill the log too. */
const LOG_INTERVAL_MS = 10_000;

/**
 * Writes a destination's dead letters, counts them, and tells the operator, not too often. Throws when they cannot be
 * written. `settle` is called in the instant in which they are counted, so that no event is ever in two places.
 */
export type Bury = (leaving: readonly Leaving[], settle: () => void) => Promise<void>;

export function createBurial({ destinationId, type, deadLetters, counts, clock, logger }: BurialOptions): Bury {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let unlogged = 0;

  function log({ stage, reason }: Leaving, count: number): void {
    unlogged += count;
    const now = clock.elapsed();
    if (now - loggedAt < LOG_INTERVAL_MS) return;
    logger.error({ count: unlogged, total: totalOf(counts.deadLettered), stage, reason }, "events were dead-lettered");
    loggedAt = now;
    unlogged = 0;
  }

  return async (leaving, settle) => {
    const [first] = leaving;
    if (first === undefined) return settle();
    await deadLetters.append(
      leaving.map(({ record, stage, reason, history: { attempts, ambiguous, firstAttemptAt } }) => {
        return { record, destinationId, type, stage, reason, attempts, ambiguous, firstAttemptAt };
      }),
    );
    for (const { stage } of leaving) counts.deadLettered[stage]++;
    settle();
    log(first, leaving.length);
  };
}

import type { Account } from "./account.ts";
import type { WriteDeadLetters } from "./dead-letter-writer.ts";
import type { DeadLetters } from "../dead-letters/dead-letter.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { untried } from "./sub-batch.ts";
import type { Queue, QueueStore } from "../queue/queue-store.ts";
import type { Select } from "../transmit/shape/select.ts";
import { selected } from "../transmit/shape/select.ts";
import type { Stage } from "../dead-letters/stage.ts";
import { noTotals, totalsWith } from "../queue/totals.ts";
import type { Taking } from "./take-when-ready.ts";
import { takeWhenReady } from "./take-when-ready.ts";

/** Options of `deadLetterLeftover`. */
export interface LeftoverOptions {
  readonly store: QueueStore;
  /** Id of a destination that is no longer configured. */
  readonly destinationId: string;
  /** Connector type for its dead letters. */
  readonly type: string;
  readonly deadLetters: DeadLetters;
}

export const REMOVED = { stage: "removed", reason: "the destination was removed" } as const;

/** Dead-letters the events queued for a removed destination, stage `removed`. Resolves to their number. */
export async function deadLetterLeftover({
  store,
  destinationId,
  type,
  deadLetters,
}: LeftoverOptions): Promise<number> {
  const queue = await store.open(destinationId);
  let deadLettered = 0;
  let unreadable = 0;
  const { totalsBefore = noTotals } = queue;
  await emptyQueue(queue, {
    onLost(count) {
      unreadable += count;
    },
    totals: () => ({
      ...totalsBefore,
      deadLettered: totalsBefore.deadLettered + deadLettered,
      unreadable: totalsBefore.unreadable + unreadable,
    }),
    async deadLetter(records) {
      const common = { destinationId, type, ...REMOVED, ...untried };
      await deadLetters.append(records.map((record) => ({ record, ...common })));
      queue.ack(records, "deadLettered");
      deadLettered += records.length;
    },
  });
  store.forget(destinationId);
  return deadLettered;
}

export interface RestOptions {
  readonly queue: Queue;
  readonly account: Account;
  readonly select: Select | undefined;
  readonly writeDeadLetters: WriteDeadLetters;
  readonly stage: Stage;
  readonly reason: string;
}

/** Dead-letters the queue of a stopped pipeline, except for the events it does not select. */
export async function deadLetterRest(options: RestOptions): Promise<void> {
  const { queue, account } = options;
  const { counts, before = noTotals } = account;
  await emptyQueue(queue, {
    totals: () => totalsWith(before, counts),
    onLost(count) {
      counts.unreadable += count;
    },
    deadLetter: (records) => deadLetterTaken(records, options),
  });
}

/** Dead-letters events that were taken from the queue, except for those that are not selected. */
export async function deadLetterTaken(
  records: readonly AcceptedEvent[],
  { queue, account: { counts, attempts }, select, writeDeadLetters, stage, reason }: RestOptions,
): Promise<void> {
  const { wanted, unwanted } = selected(records, select);
  const deadLetters = wanted.map((record) => ({ record, stage, reason, history: attempts.recall(record) }));
  const settle = () => {
    queue.ack(wanted, "deadLettered");
    queue.ack(unwanted, "filtered");
    counts.filtered += unwanted.length;
  };
  try {
    await writeDeadLetters(deadLetters, settle);
  } catch (error) {
    for (const { record, history } of deadLetters) attempts.remember([record], history);
    throw error;
  }
}

interface Emptying extends Taking {
  readonly deadLetter: (records: readonly AcceptedEvent[]) => Promise<void>;
}

/** Takes all waiting events and dead-letters them. On failure it requeues them and throws. */
async function emptyQueue(queue: Queue, { deadLetter, ...taking }: Emptying): Promise<void> {
  while (queue.waiting > 0) {
    const records = await takeWhenReady(queue, taking);
    try {
      await deadLetter(records);
    } catch (error) {
      queue.requeue(records);
      throw error;
    }
  }
}

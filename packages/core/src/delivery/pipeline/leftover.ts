import type { Account } from "./account.ts";
import type { WriteDeadLetters } from "./dead-letter-writer.ts";
import type { DeadLetters } from "../dead-letters/dead-letter.ts";
import type { EventFilter } from "../delivery-settings.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { untried } from "./sub-batch.ts";
import type { Queue, QueueStore } from "../queue/queue-store.ts";
import { filtered } from "../transmit/select-events.ts";
import type { Stage } from "../dead-letters/stage.ts";
import type { Totals } from "../queue/totals.ts";
import { noTotals, totalsWith } from "../queue/totals.ts";

export interface LeftoverOptions {
  readonly store: QueueStore;
  /** Of a destination that is in no configuration any more. */
  readonly destinationId: string;
  /** The type its dead letters name. */
  readonly type: string;
  readonly deadLetters: DeadLetters;
}

const BATCH_EVENTS = 1000;

export const REMOVED = { stage: "removed", reason: "the destination was removed" } as const;

/** Dead-letters, stage `removed`, what is queued for a destination that is gone; resolves to how many events that was. */
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
      queue.ack(records);
      deadLettered += records.length;
    },
  });
  store.forget(destinationId);
  return deadLettered;
}

export interface RestOptions {
  readonly queue: Queue;
  readonly account: Account;
  readonly filter: EventFilter;
  readonly writeDeadLetters: WriteDeadLetters;
  readonly stage: Stage;
  readonly reason: string;
}

/** Dead-letters what is queued for a destination whose pipeline has stopped, except what its filter leaves out. */
export async function deadLetterRest({
  queue,
  account,
  filter,
  writeDeadLetters,
  stage,
  reason,
}: RestOptions): Promise<void> {
  const { counts, attempts, before = noTotals } = account;
  await emptyQueue(queue, {
    totals: () => totalsWith(before, counts),
    onLost(count) {
      counts.unreadable += count;
    },
    async deadLetter(records) {
      const { wanted, unwanted } = filtered(records, filter);
      const deadLetters = wanted.map((record) => ({ record, stage, reason, history: attempts.recall(record) }));
      const settle = () => {
        queue.ack(records);
        counts.filtered += unwanted.length;
      };
      try {
        await writeDeadLetters(deadLetters, settle);
      } catch (error) {
        for (const { record, history } of deadLetters) attempts.remember([record], history);
        throw error;
      }
    },
  });
}

interface Emptying {
  readonly deadLetter: (records: readonly AcceptedEvent[]) => Promise<void>;
  readonly onLost: (count: number) => void;
  readonly totals: () => Totals;
}

/** Takes all that waits and dead-letters it. When that fails, it puts the events back into the queue and throws. */
async function emptyQueue(queue: Queue, { deadLetter, ...listener }: Emptying): Promise<void> {
  while (queue.waiting > 0) {
    const records = await takeWhenReady(queue, listener);
    try {
      await deadLetter(records);
    } catch (error) {
      queue.requeue(records);
      throw error;
    }
  }
}

/** None when the disk does not give them back. */
function takeWhenReady(queue: Queue, { onLost, totals }: Omit<Emptying, "deadLetter">) {
  return new Promise<AcceptedEvent[]>((resolve) => {
    let isDone = false;
    const take = () => {
      // More may become ready while these are dead-lettered: the next call takes them.
      if (isDone) return;
      const records = queue.take(BATCH_EVENTS);
      isDone = records.length > 0 || queue.waiting === 0;
      if (isDone) resolve(records);
    };
    queue.listen({ appended() {}, ready: take, lost: onLost, totals });
    take();
  });
}

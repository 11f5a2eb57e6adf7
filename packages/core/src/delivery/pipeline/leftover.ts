import type { Account } from "./account.ts";
import type { Bury } from "./burial.ts";
import type { DeadLetters } from "../dead-letters/dead-letter.ts";
import type { EventFilter } from "../delivery-settings.ts";
import type { EventRecord } from "../../event/event-record.ts";
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
  /** What it was, for its letters. */
  readonly type: string;
  readonly deadLetters: DeadLetters;
}

const BATCH_EVENTS = 1000;

export const REMOVED = { stage: "removed", reason: "the destination was removed" } as const;

/** Dead-letters, stage `removed`, what is queued for a destination that is gone; resolves to how many events that was. */
export async function buryLeftover({ store, destinationId, type, deadLetters }: LeftoverOptions): Promise<number> {
  const queue = await store.open(destinationId);
  let buried = 0;
  let unreadable = 0;
  const { totalsBefore = noTotals } = queue;
  await emptyQueue(queue, {
    onLost(count) {
      unreadable += count;
    },
    totals: () => ({
      ...totalsBefore,
      deadLettered: totalsBefore.deadLettered + buried,
      unreadable: totalsBefore.unreadable + unreadable,
    }),
    async bury(records) {
      const letter = { destinationId, type, ...REMOVED, ...untried };
      await deadLetters.append(records.map((record) => ({ record, ...letter })));
      queue.ack(records);
      buried += records.length;
    },
  });
  store.forget(destinationId);
  return buried;
}

export interface RestOptions {
  readonly queue: Queue;
  readonly account: Account;
  readonly filter: EventFilter;
  readonly bury: Bury;
  readonly stage: Stage;
  readonly reason: string;
}

/** Dead-letters what is queued for a destination that nobody takes from any more, but for what its filter leaves out. */
export async function buryRest({ queue, account, filter, bury, stage, reason }: RestOptions): Promise<void> {
  const { counts, attempts, before = noTotals } = account;
  await emptyQueue(queue, {
    totals: () => totalsWith(before, counts),
    onLost(count) {
      counts.unreadable += count;
    },
    async bury(records) {
      const { wanted, unwanted } = filtered(records, filter);
      const leaving = wanted.map((record) => ({ record, stage, reason, history: attempts.recall(record) }));
      const settle = () => {
        queue.ack(records);
        counts.filtered += unwanted.length;
      };
      try {
        await bury(leaving, settle);
      } catch (error) {
        for (const { record, history } of leaving) attempts.remember([record], history);
        throw error;
      }
    },
  });
}

interface Burying {
  readonly bury: (records: readonly EventRecord[]) => Promise<void>;
  readonly onLost: (count: number) => void;
  readonly totals: () => Totals;
}

/** Takes all that waits, and buries it. When that fails, the events are in the queue again, and it throws. */
async function emptyQueue(queue: Queue, { bury, ...listener }: Burying): Promise<void> {
  while (queue.waiting > 0) {
    const records = await takeWhenReady(queue, listener);
    try {
      await bury(records);
    } catch (error) {
      queue.release(records);
      throw error;
    }
  }
}

/** None when the disk does not give them back. */
function takeWhenReady(queue: Queue, { onLost, totals }: Omit<Burying, "bury">) {
  return new Promise<EventRecord[]>((resolve) => {
    let isDone = false;
    const take = () => {
      // More may become ready while these are being buried: the next call takes them.
      if (isDone) return;
      const records = queue.take(BATCH_EVENTS);
      isDone = records.length > 0 || queue.waiting === 0;
      if (isDone) resolve(records);
    };
    queue.listen({ appended() {}, ready: take, lost: onLost, totals });
    take();
  });
}

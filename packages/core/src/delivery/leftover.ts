import type { DeadLetters } from "./dead-letter.ts";
import type { Queue, QueueStore } from "./queue-store.ts";

export interface LeftoverOptions {
  readonly store: QueueStore;
  /** Of a destination that is in no configuration any more. */
  readonly destinationId: string;
  /** What it was, for its letters. */
  readonly type: string;
  readonly deadLetters: DeadLetters;
}

const BATCH_EVENTS = 1000;

/** Dead-letters, stage `removed`, what is queued for a destination that is gone; resolves to how many events that was. */
export async function buryLeftover({ store, destinationId, type, deadLetters }: LeftoverOptions): Promise<number> {
  const queue = await store.open(destinationId);
  let buried = 0;
  while (queue.waiting > 0) {
    const records = await takeWhenReady(queue);
    const common = { destinationId, type, stage: "removed", reason: "the destination was removed" } as const;
    const untried = { attempts: 0, ambiguous: false, firstAttemptAt: undefined };
    try {
      await deadLetters.append(records.map((record) => ({ record, ...common, ...untried })));
    } catch (error) {
      queue.release(records);
      throw error;
    }
    queue.ack(records);
    buried += records.length;
  }
  return buried;
}

/** None when the disk does not give them back. */
function takeWhenReady(queue: Queue) {
  return new Promise<ReturnType<Queue["take"]>>((resolve) => {
    const take = () => {
      const records = queue.take(BATCH_EVENTS);
      if (records.length > 0 || queue.waiting === 0) resolve(records);
    };
    queue.listen({ appended() {}, ready: take, lost() {} });
    take();
  });
}

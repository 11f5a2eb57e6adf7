import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Queue } from "../queue/queue-store.ts";
import type { Totals } from "../queue/totals.ts";

/** Listener of a queue whose events no pipeline settles. */
export interface Taking {
  readonly onLost: (count: number) => void;
  readonly totals: () => Totals;
}

const BATCH_EVENTS = 1000;

/** Resolves to the next events; to none if the disk does not return them, or another process took them over. */
export function takeWhenReady(queue: Queue, { onLost, totals }: Taking): Promise<AcceptedEvent[]> {
  return new Promise((resolve) => {
    let isDone = false;
    const take = () => {
      // More may become ready meanwhile; the next call takes them.
      if (isDone) return;
      const records = queue.take(BATCH_EVENTS);
      isDone = records.length > 0 || queue.waiting === 0;
      if (isDone) resolve(records);
    };
    queue.listen({ appended() {}, ready: take, moved: take, lost: onLost, totals });
    take();
  });
}

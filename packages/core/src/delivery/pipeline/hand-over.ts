import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { EventFilter } from "../delivery-settings.ts";
import type { QueueStore } from "../queue/queue-store.ts";
import { noTotals } from "../queue/totals.ts";
import { createSelect, selected } from "../transmit/shape/select.ts";
import { takeWhenReady } from "./take-when-ready.ts";

/** Options of `handOverQueued`. */
export interface HandOverOptions {
  readonly store: QueueStore;
  /** Id of a destination without a pipeline. */
  readonly destinationId: string;
  /** The destination's filter. Excluded events are settled as filtered. */
  readonly filter?: EventFilter | undefined;
  /** Returns whether to hand over an event; the others stay queued. */
  readonly isChosen: (record: AcceptedEvent) => boolean;
  /** Hands over events in order. Resolves once they are safe with the recipient. */
  readonly handOver: (records: readonly AcceptedEvent[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Outcome of `handOverQueued`. */
export interface HandedOver {
  readonly delivered: number;
  readonly filtered: number;
  /** Events not chosen, which are still queued. */
  readonly left: number;
  /** Events that a damaged disk did not return. */
  readonly unreadable: number;
}

/**
 * Hands the queued events of a destination to a recipient, oldest first. Events count as delivered once the recipient
 * has them. Call it once per opening of the store: kept events are not given out again before the next.
 */
export async function handOverQueued(options: HandOverOptions): Promise<HandedOver> {
  const { store, destinationId, filter = {}, isChosen, handOver, signal } = options;
  const select = createSelect(filter);
  const queue = await store.open(destinationId);
  const { totalsBefore = noTotals } = queue;
  const counts = { delivered: 0, filtered: 0, left: 0, unreadable: 0 };
  const taking = {
    onLost(count: number) {
      counts.unreadable += count;
    },
    totals: () => ({
      delivered: totalsBefore.delivered + counts.delivered,
      filtered: totalsBefore.filtered + counts.filtered,
      deadLettered: totalsBefore.deadLettered,
      unreadable: totalsBefore.unreadable + counts.unreadable,
    }),
  };
  while (queue.waiting > 0 && !signal.aborted) {
    const records = await takeWhenReady(queue, taking);
    const chosen = records.filter(isChosen);
    const others = chosen.length === records.length ? [] : records.filter((record) => !isChosen(record));
    const { wanted, unwanted } = selected(chosen, select);
    try {
      if (wanted.length > 0) await handOver(wanted);
    } catch (error) {
      queue.requeue(records);
      throw error;
    }
    counts.delivered += wanted.length;
    counts.filtered += unwanted.length;
    counts.left += others.length;
    queue.ack(wanted, "delivered");
    queue.ack(unwanted, "filtered");
    if (others.length > 0) queue.passOver?.(others);
  }
  store.forget(destinationId);
  return counts;
}

import type { Clock } from "../../clock.ts";
import type { DestinationQueue } from "../../delivery/pipeline/destination-queue.ts";
import type { QueueStore } from "../../delivery/queue/queue-store.ts";
import { createSelect, selected } from "../../delivery/transmit/shape/select.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Destination } from "../config/destination.ts";
import type { LiveDestination } from "./live-destination.ts";

/** A destination's queue in the hands of a recipient other than its SIEM. */
export interface QueueLoan {
  readonly destination: Destination;
  /** Number of events queued at its beginning. */
  readonly queued: number;
  /** Aborts when the host stops. */
  readonly signal: AbortSignal;
  /** Events settled so far that the destination's filter excluded. */
  readonly filtered: number;
  /**
   * Takes the oldest events, at most `maxEvents`, without those the destination's filter excludes. Resolves to none once
   * every event from before the loan was taken. Settle the events of one call before the next.
   */
  take(maxEvents: number): Promise<readonly AcceptedEvent[]>;
  /** Settles the first `count` events of the last `take` as delivered. The others are taken again. */
  settle(count: number): void;
  /** Resolves once what was settled survives a power cut. */
  synced(): Promise<void>;
}

export interface LendOptions {
  /** Its pipeline has ended. */
  readonly live: LiveDestination;
  readonly destinationQueue: DestinationQueue;
  readonly queueStore: QueueStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Events that a pipeline returned come first, in any order. There are fewer than this. */
const SORTED_AT_A_TIME = 20_000;

/** Lends a queue. `end` returns unsettled events to its head. */
export function lendQueue(options: LendOptions): QueueLoan & { end(): void } {
  const { live, destinationQueue, queueStore, clock, signal } = options;
  const { destination, pipeline } = live;
  // The pipeline's view has only events of the destination's organisation.
  const { queue } = pipeline;
  const select = createSelect(destination.filter ?? {});
  const { counts } = destinationQueue.account;
  const begunAt = clock.now();
  const queued = queue.size;
  const filteredBefore = counts.filtered;
  /** In order, taken from the queue; the first `given` are with the recipient. */
  let taken: readonly AcceptedEvent[] = [];
  let given = 0;
  let isEmpty = false;
  let wake: (() => void) | undefined;
  destinationQueue.lend({ appended() {}, readyToTake: () => wake?.(), lost: (count) => pipeline.lost(count) });
  const onStop = () => wake?.();
  signal.addEventListener("abort", onStop);

  /** Resolves at the next change of what can be taken. */
  const changed = () => new Promise<void>((resolve) => (wake = resolve));

  return {
    destination,
    queued,
    signal,
    get filtered() {
      return counts.filtered - filteredBefore;
    },
    async take(maxEvents) {
      if (given > 0) throw new TypeError("the events of the last take are not settled");
      while (taken.length === 0 && !isEmpty && !signal.aborted) {
        const next = changed();
        const records = queue.take(SORTED_AT_A_TIME);
        if (records.length > 0) keepDue(records);
        else if (queue.waiting > 0) await next;
        else isEmpty = true;
      }
      given = Math.min(maxEvents, taken.length);
      return taken.slice(0, given);
    },
    settle(count) {
      const delivered = taken.slice(0, Math.min(count, given));
      queue.ack(delivered, "delivered");
      counts.delivered += delivered.length;
      taken = taken.slice(delivered.length);
      given = 0;
      destinationQueue.capacityFreed();
    },
    async synced() {
      await queueStore.syncSettlements?.();
    },
    end() {
      signal.removeEventListener("abort", onStop);
      queue.requeue(taken);
    },
  };

  /** Keeps the events from before the loan that the filter includes, and settles those it excludes. */
  function keepDue(records: readonly AcceptedEvent[]): void {
    const sorted = records.toSorted((a, b) => a.sequence - b.sequence);
    const late = sorted.findIndex(({ acceptedAt }) => acceptedAt > begunAt);
    if (late >= 0) {
      queue.requeue(sorted.slice(late));
      isEmpty = true;
    }
    const { wanted, unwanted } = selected(late < 0 ? sorted : sorted.slice(0, late), select);
    queue.ack(unwanted, "filtered");
    counts.filtered += unwanted.length;
    taken = wanted;
  }
}

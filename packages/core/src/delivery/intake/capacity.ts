import { SiemError } from "../../errors.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { bytesOf } from "../../event/accepted-event.ts";
import type { DestinationQueue } from "../pipeline/destination-queue.ts";
import { capacityOfOrg } from "../queue/org-share.ts";
import type { QueueStore } from "../queue/queue-store.ts";

export interface CapacityOptions {
  readonly store: QueueStore;
  /** Limit of all queues together, in bytes of the events' JSON. */
  readonly maxQueuedBytes: number;
  /** Limit of one organisation's queues, in the same unit. */
  readonly maxQueuedBytesPerOrg: number;
}

/** Adjacent events of a publish with the same destinations. */
export interface Run {
  readonly records: AcceptedEvent[];
  readonly destinationQueues: readonly DestinationQueue[];
}

/** The queues of a run's events. Some take all of them, others as many as they have capacity for. */
export interface Placement {
  readonly records: readonly AcceptedEvent[];
  /** The queues chosen for them; the same array as their route at that time. */
  readonly route: readonly DestinationQueue[];
  readonly whole: DestinationQueue[];
  readonly cut: { readonly destinationQueue: DestinationQueue; readonly fitting: number }[];
  /** Bytes of all its events, counted once for all queues. */
  readonly allBytes: number;
  /** Bytes reserved in the store. An event for several queues is counted once. */
  bytes: number;
}

/** Capacity reserved by one publish. The queues count it themselves once the events are in them. */
export interface Reservation {
  readonly placements: Placement[];
  readonly shares: Map<DestinationQueue, Share>;
}

/** Events and bytes on their way into a queue. */
interface Share {
  readonly events: number;
  readonly bytes: number;
}

export interface CapacityNeed {
  readonly runs: readonly Run[];
  /** Waits while a queue is full, whatever the destination's `overflow` says, unless the destination is stuck. */
  readonly waitForCapacity: boolean;
  /** Returns whether an earlier publish waits for capacity in this queue. */
  readonly isBehind: (destinationQueue: DestinationQueue) => boolean;
}

/** Tracks the free capacity of the queues, less what concurrent publishes have reserved. */
export class Capacity {
  readonly #options: CapacityOptions;
  /** Reserved events not yet counted by a queue. */
  readonly #underWay = new Map<DestinationQueue, Share>();
  #bytesUnderWay = 0;

  constructor(options: CapacityOptions) {
    this.#options = options;
  }

  /**
   * Reserves capacity for a whole publish in one turn, so that concurrent publishes see each other's reservations. If
   * the publish must wait for a queue, reserves nothing and returns that queue. Throws if a queue set to `reject` is
   * full.
   */
  reserve(need: CapacityNeed): Reservation | DestinationQueue {
    const reservation: Reservation = { placements: [], shares: new Map() };
    try {
      const short = this.#reserveAll(reservation, need);
      if (short === undefined) return reservation;
      this.giveBack(reservation);
      return short;
    } catch (error) {
      this.giveBack(reservation);
      throw error;
    }
  }

  /** Releases a reservation after the publish, successful or not. */
  giveBack({ placements, shares }: Reservation): void {
    for (const { bytes } of placements) this.#bytesUnderWay -= bytes;
    for (const [destinationQueue, share] of shares) {
      const left = sum(this.#underWay.get(destinationQueue), { events: -share.events, bytes: -share.bytes });
      if (left.events === 0) this.#underWay.delete(destinationQueue);
      else this.#underWay.set(destinationQueue, left);
      if (destinationQueue.share !== undefined) destinationQueue.share.bytesUnderWay -= share.bytes;
    }
  }

  #reserveAll(
    reservation: Reservation,
    { runs, waitForCapacity, isBehind }: CapacityNeed,
  ): DestinationQueue | undefined {
    const overflowing: { readonly destinationQueue: DestinationQueue; readonly placement: Placement }[] = [];
    for (const { records, destinationQueues } of runs) {
      const allBytes = bytesOf(records);
      const placement: Placement = { records, route: destinationQueues, whole: [], cut: [], allBytes, bytes: 0 };
      reservation.placements.push(placement);
      for (const destinationQueue of destinationQueues) {
        if (destinationQueue.isClosed) continue;
        const whenFull = whenFullOf(destinationQueue, waitForCapacity);
        const isNext = whenFull !== "wait" || !isBehind(destinationQueue);
        const fits = this.#fitting(destinationQueue, placement) === records.length;
        // A publish larger than the queue could otherwise never pass.
        const isAlone = whenFull === "wait" && this.#isEmptyBut(destinationQueue, reservation);
        if (isNext && (fits || isAlone)) {
          placement.whole.push(destinationQueue);
          this.#take(reservation, { destinationQueue, placement, count: records.length });
        } else if (whenFull === "wait") return destinationQueue;
        else if (whenFull === "reject") throw queueFull(destinationQueue);
        else overflowing.push({ destinationQueue, placement });
      }
    }
    // Last, since they take what the others leave of the shared capacity.
    for (const { destinationQueue, placement } of overflowing) {
      const fitting = this.#fitting(destinationQueue, placement);
      placement.cut.push({ destinationQueue, fitting });
      this.#take(reservation, { destinationQueue, placement, count: fitting });
    }
    return undefined;
  }

  /** Returns how many events, from the first on, a queue may take. */
  #fitting(destinationQueue: DestinationQueue, { records, allBytes, bytes: reserved }: Placement): number {
    const { store, maxQueuedBytes, maxQueuedBytesPerOrg } = this.#options;
    if (store.isBoundless === true) return records.length;
    const { queue, share } = destinationQueue;
    // Events that do not fit would become dead letters, and the organisation's are full.
    const bounds = share?.areDeadLettersFull() === true ? boundless : destinationQueue.delivery;
    const underWay = this.#underWay.get(destinationQueue) ?? nothing;
    const free = maxQueuedBytes - store.bytes - this.#bytesUnderWay + reserved;
    const bytesLeft = Math.min(
      bounds.maxQueuedBytes - queue.bytes - underWay.bytes,
      share === undefined ? free : capacityOfOrg(share, maxQueuedBytesPerOrg, free),
    );
    const most = Math.min(records.length, Math.max(0, bounds.maxQueuedEvents - queue.size - underWay.events));
    if (most === records.length && allBytes <= bytesLeft) return most;
    let bytes = 0;
    for (let index = 0; index < most; index++) {
      bytes += records[index]?.bytes ?? 0;
      if (bytes > bytesLeft) return index;
    }
    return most;
  }

  /** Returns whether the queue is empty and only this publish is on its way. */
  #isEmptyBut(destinationQueue: DestinationQueue, { shares }: Reservation): boolean {
    return (
      destinationQueue.queue.size + (this.#underWay.get(destinationQueue)?.events ?? 0) ===
      (shares.get(destinationQueue)?.events ?? 0)
    );
  }

  #take(
    { shares }: Reservation,
    {
      destinationQueue,
      placement,
      count,
    }: { readonly destinationQueue: DestinationQueue; readonly placement: Placement; readonly count: number },
  ): void {
    const bytes = count === placement.records.length ? placement.allBytes : bytesOf(placement.records, count);
    shares.set(destinationQueue, sum(shares.get(destinationQueue), { events: count, bytes }));
    this.#underWay.set(destinationQueue, sum(this.#underWay.get(destinationQueue), { events: count, bytes }));
    if (destinationQueue.share !== undefined) destinationQueue.share.bytesUnderWay += bytes;
    const more = Math.max(0, bytes - placement.bytes);
    placement.bytes += more;
    this.#bytesUnderWay += more;
  }
}

function whenFullOf(destinationQueue: DestinationQueue, waitForCapacity: boolean): "wait" | "reject" | "dead-letter" {
  const { overflow } = destinationQueue.delivery;
  return overflow === "block" || (waitForCapacity && !destinationQueue.isStuck) ? "wait" : overflow;
}

function queueFull({ destinationId }: DestinationQueue): SiemError {
  return new SiemError("SIEM_QUEUE_FULL", `The queue of destination "${destinationId}" is full; try again later.`);
}

const boundless = { maxQueuedBytes: Number.POSITIVE_INFINITY, maxQueuedEvents: Number.POSITIVE_INFINITY };

const nothing: Share = { events: 0, bytes: 0 };

function sum(a: Share = nothing, b: Share = nothing): Share {
  return { events: a.events + b.events, bytes: a.bytes + b.bytes };
}

import { SiemError } from "../../errors.ts";
import type { EventRecord } from "../../event/event-record.ts";
import type { DestinationQueue } from "../pipeline/destination-queue.ts";
import { roomOfOrg } from "../queue/org-share.ts";
import type { QueueStore } from "../queue/queue-store.ts";

export interface RoomOptions {
  readonly store: QueueStore;
  /** Bound of all queues together, in bytes of the events' JSON. */
  readonly maxQueuedBytes: number;
  /** The same for all queues of one organisation. */
  readonly maxQueuedBytesPerOrg: number;
}

/** Neighbouring events of a publish that have the same destinations. */
export interface Run {
  readonly records: EventRecord[];
  readonly destinationQueues: readonly DestinationQueue[];
}

/** Where the events of a run go: to some destinations whole, to others as far as there is room. */
export interface Placement {
  readonly records: readonly EventRecord[];
  readonly whole: DestinationQueue[];
  readonly cut: { readonly destinationQueue: DestinationQueue; readonly fitting: number }[];
  /** Bytes reserved in the store. An event for several queues is counted once. */
  bytes: number;
}

/** What one publish has taken of the queues' room, until it is in their own account. */
export interface Reservation {
  readonly placements: Placement[];
  readonly shares: Map<DestinationQueue, Share>;
}

/** What is on its way into a queue. */
interface Share {
  readonly events: number;
  readonly bytes: number;
}

export interface RoomNeed {
  readonly runs: readonly Run[];
  /** Wait while a queue is full, whatever the destination's `overflow` says, unless the destination is stuck. */
  readonly waitForRoom: boolean;
  /** Somebody who came before waits for room in this queue. */
  readonly isBehind: (destinationQueue: DestinationQueue) => boolean;
}

/** What the queues may still take, as publishes that run into each other see it. */
export class Room {
  readonly #options: RoomOptions;
  /** What is on its way into the store, and in no queue's account yet. */
  readonly #underWay = new Map<DestinationQueue, Share>();
  #bytesUnderWay = 0;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /**
   * Takes room for all of a publish, in one turn: of many at a time each sees what the others have taken. Takes none where
   * a queue has to have more room first, and gives that one. Throws when a queue is full and set to `reject`.
   */
  reserve(need: RoomNeed): Reservation | DestinationQueue {
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

  /** The publish has ended, one way or the other. */
  giveBack({ placements, shares }: Reservation): void {
    for (const { bytes } of placements) this.#bytesUnderWay -= bytes;
    for (const [destinationQueue, share] of shares) {
      const left = sum(this.#underWay.get(destinationQueue), { events: -share.events, bytes: -share.bytes });
      if (left.events === 0) this.#underWay.delete(destinationQueue);
      else this.#underWay.set(destinationQueue, left);
      if (destinationQueue.share !== undefined) destinationQueue.share.bytesUnderWay -= share.bytes;
    }
  }

  #reserveAll(reservation: Reservation, { runs, waitForRoom, isBehind }: RoomNeed): DestinationQueue | undefined {
    const overflowing: { readonly destinationQueue: DestinationQueue; readonly placement: Placement }[] = [];
    for (const { records, destinationQueues } of runs) {
      const placement: Placement = { records, whole: [], cut: [], bytes: 0 };
      reservation.placements.push(placement);
      for (const destinationQueue of destinationQueues) {
        if (destinationQueue.isClosed) continue;
        const whenFull = whenFullOf(destinationQueue, waitForRoom);
        const isNext = whenFull !== "wait" || !isBehind(destinationQueue);
        const fits = this.#fitting(destinationQueue, placement) === records.length;
        // More than the whole queue may hold could otherwise never pass.
        const isAlone = whenFull === "wait" && this.#isEmptyBut(destinationQueue, reservation);
        if (isNext && (fits || isAlone)) {
          placement.whole.push(destinationQueue);
          this.#take(reservation, { destinationQueue, placement, count: records.length });
        } else if (whenFull === "wait") return destinationQueue;
        else if (whenFull === "reject") throw queueFull(destinationQueue);
        else overflowing.push({ destinationQueue, placement });
      }
    }
    // Last, for of what all share they take what there is.
    for (const { destinationQueue, placement } of overflowing) {
      const fitting = this.#fitting(destinationQueue, placement);
      placement.cut.push({ destinationQueue, fitting });
      this.#take(reservation, { destinationQueue, placement, count: fitting });
    }
    return undefined;
  }

  /** How many of the events, from the first on, a queue may take. */
  #fitting(destinationQueue: DestinationQueue, { records, bytes: reserved }: Placement): number {
    const { store, maxQueuedBytes, maxQueuedBytesPerOrg } = this.#options;
    const { queue, share } = destinationQueue;
    // What does not fit would become a dead letter, of which the organisation may have no more.
    const bounds = share?.areLettersFull() === true ? boundless : destinationQueue.delivery;
    const underWay = this.#underWay.get(destinationQueue) ?? nothing;
    const free = maxQueuedBytes - store.bytes - this.#bytesUnderWay + reserved;
    const bytesLeft = Math.min(
      bounds.maxQueuedBytes - queue.bytes - underWay.bytes,
      share === undefined ? free : roomOfOrg(share, maxQueuedBytesPerOrg, free),
    );
    const most = Math.min(records.length, Math.max(0, bounds.maxQueuedEvents - queue.size - underWay.events));
    let bytes = 0;
    for (let index = 0; index < most; index++) {
      bytes += records[index]?.bytes ?? 0;
      if (bytes > bytesLeft) return index;
    }
    return most;
  }

  /** The queue holds nothing, and nothing is on its way but of this publish. */
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
    const bytes = bytesOf(placement.records, count);
    shares.set(destinationQueue, sum(shares.get(destinationQueue), { events: count, bytes }));
    this.#underWay.set(destinationQueue, sum(this.#underWay.get(destinationQueue), { events: count, bytes }));
    if (destinationQueue.share !== undefined) destinationQueue.share.bytesUnderWay += bytes;
    const more = Math.max(0, bytes - placement.bytes);
    placement.bytes += more;
    this.#bytesUnderWay += more;
  }
}

function whenFullOf(destinationQueue: DestinationQueue, waitForRoom: boolean): "wait" | "reject" | "dead-letter" {
  const { overflow } = destinationQueue.delivery;
  return overflow === "block" || (waitForRoom && !destinationQueue.isStuck) ? "wait" : overflow;
}

function queueFull({ destinationId }: DestinationQueue): SiemError {
  return new SiemError("SIEM_QUEUE_FULL", `The queue of destination "${destinationId}" is full; try again later.`);
}

const boundless = { maxQueuedBytes: Number.POSITIVE_INFINITY, maxQueuedEvents: Number.POSITIVE_INFINITY };

const nothing: Share = { events: 0, bytes: 0 };

function sum(a: Share = nothing, b: Share = nothing): Share {
  return { events: a.events + b.events, bytes: a.bytes + b.bytes };
}

function bytesOf(records: readonly EventRecord[], count: number): number {
  let bytes = 0;
  for (let index = 0; index < count; index++) bytes += records[index]?.bytes ?? 0;
  return bytes;
}

import { SiemError } from "../../errors.ts";
import type { EventRecord } from "../../event/event-record.ts";
import type { Lane } from "../pipeline/lane.ts";
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
  readonly lanes: readonly Lane[];
}

/** Where the events of a run go: to some destinations whole, to others as far as there is room. */
export interface Placement {
  readonly records: readonly EventRecord[];
  readonly whole: Lane[];
  readonly cut: { readonly lane: Lane; readonly fitting: number }[];
  /** Bytes reserved in the store. An event for several queues is counted once. */
  bytes: number;
}

/** What one publish has taken of the queues' room, until it is in their own account. */
export interface Reservation {
  readonly placements: Placement[];
  readonly shares: Map<Lane, Share>;
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
  readonly isBehind: (lane: Lane) => boolean;
}

/** What the queues may still take, as publishes that run into each other see it. */
export class Room {
  readonly #options: RoomOptions;
  /** What is on its way into the store, and in no queue's account yet. */
  readonly #underWay = new Map<Lane, Share>();
  #bytesUnderWay = 0;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /**
   * Takes room for all of a publish, in one turn: of many at a time each sees what the others have taken. Takes none where
   * a queue has to have more room first, and gives that one. Throws when a queue is full and set to `reject`.
   */
  reserve(need: RoomNeed): Reservation | Lane {
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
    for (const [lane, share] of shares) {
      const left = sum(this.#underWay.get(lane), { events: -share.events, bytes: -share.bytes });
      if (left.events === 0) this.#underWay.delete(lane);
      else this.#underWay.set(lane, left);
      if (lane.share !== undefined) lane.share.bytesUnderWay -= share.bytes;
    }
  }

  #reserveAll(reservation: Reservation, { runs, waitForRoom, isBehind }: RoomNeed): Lane | undefined {
    const overflowing: { readonly lane: Lane; readonly placement: Placement }[] = [];
    for (const { records, lanes } of runs) {
      const placement: Placement = { records, whole: [], cut: [], bytes: 0 };
      reservation.placements.push(placement);
      for (const lane of lanes) {
        if (lane.isClosed) continue;
        const whenFull = whenFullOf(lane, waitForRoom);
        const isNext = whenFull !== "wait" || !isBehind(lane);
        const fits = this.#fitting(lane, placement) === records.length;
        // More than the whole queue may hold could otherwise never pass.
        const isAlone = whenFull === "wait" && this.#isEmptyBut(lane, reservation);
        if (isNext && (fits || isAlone)) {
          placement.whole.push(lane);
          this.#take(reservation, { lane, placement, count: records.length });
        } else if (whenFull === "wait") return lane;
        else if (whenFull === "reject") throw queueFull(lane);
        else overflowing.push({ lane, placement });
      }
    }
    // Last, for of what all share they take what there is.
    for (const { lane, placement } of overflowing) {
      const fitting = this.#fitting(lane, placement);
      placement.cut.push({ lane, fitting });
      this.#take(reservation, { lane, placement, count: fitting });
    }
    return undefined;
  }

  /** How many of the events, from the first on, a queue may take. */
  #fitting(lane: Lane, { records, bytes: reserved }: Placement): number {
    const { store, maxQueuedBytes, maxQueuedBytesPerOrg } = this.#options;
    const { queue, share } = lane;
    // What does not fit would become a dead letter, of which the organisation may have no more.
    const bounds = share?.areLettersFull() === true ? boundless : lane.delivery;
    const underWay = this.#underWay.get(lane) ?? nothing;
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
  #isEmptyBut(lane: Lane, { shares }: Reservation): boolean {
    return lane.queue.size + (this.#underWay.get(lane)?.events ?? 0) === (shares.get(lane)?.events ?? 0);
  }

  #take(
    { shares }: Reservation,
    { lane, placement, count }: { readonly lane: Lane; readonly placement: Placement; readonly count: number },
  ): void {
    const bytes = bytesOf(placement.records, count);
    shares.set(lane, sum(shares.get(lane), { events: count, bytes }));
    this.#underWay.set(lane, sum(this.#underWay.get(lane), { events: count, bytes }));
    if (lane.share !== undefined) lane.share.bytesUnderWay += bytes;
    const more = Math.max(0, bytes - placement.bytes);
    placement.bytes += more;
    this.#bytesUnderWay += more;
  }
}

function whenFullOf(lane: Lane, waitForRoom: boolean): "wait" | "reject" | "dead-letter" {
  const { overflow } = lane.delivery;
  return overflow === "block" || (waitForRoom && !lane.isStuck) ? "wait" : overflow;
}

function queueFull({ destinationId }: Lane): SiemError {
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

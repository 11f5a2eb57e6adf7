import type { EventRecord } from "./event-record.ts";
import type { Lane } from "./lane.ts";
import { roomOfOrg } from "./org-share.ts";
import type { QueueStore } from "./queue-store.ts";

export interface RoomOptions {
  readonly store: QueueStore;
  /** Bound of all queues together, in bytes of the events' JSON. */
  readonly maxQueuedBytes: number;
  /** The same for all queues of one organisation. */
  readonly maxQueuedBytesPerOrg: number;
}

/** What is on its way into a queue. */
interface Share {
  readonly events: number;
  readonly bytes: number;
}

/** What one publish has taken of the queues' room, until it is in their own account. */
export interface Reservation {
  readonly shares: Map<Lane, Share>;
  /** Of the store's room, in which an event for several queues counts once. */
  bytes: number;
  /** Of that, for the events that are being looked at. */
  runBytes: number;
}

export function newReservation(): Reservation {
  return { shares: new Map(), bytes: 0, runBytes: 0 };
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

  /** How many of the events, from the first on, a queue may take. */
  fitting(lane: Lane, records: readonly EventRecord[], { runBytes }: Reservation): number {
    const { store, maxQueuedBytes, maxQueuedBytesPerOrg } = this.#options;
    const { queue, delivery, share } = lane;
    const underWay = this.#underWay.get(lane) ?? nothing;
    const free = maxQueuedBytes - store.bytes - this.#bytesUnderWay + runBytes;
    const bytesLeft = Math.min(
      delivery.maxQueuedBytes - queue.bytes - underWay.bytes,
      share === undefined ? free : roomOfOrg(share, maxQueuedBytesPerOrg, free),
    );
    const most = Math.min(records.length, Math.max(0, delivery.maxQueuedEvents - queue.size - underWay.events));
    let bytes = 0;
    for (let index = 0; index < most; index++) {
      bytes += records[index]?.bytes ?? 0;
      if (bytes > bytesLeft) return index;
    }
    return most;
  }

  /** At once with the look at the queue, so that of many publishes at a time each sees what the others have taken. */
  reserve(reservation: Reservation, lane: Lane, records: readonly EventRecord[], count: number): number {
    const { shares } = reservation;
    const bytes = bytesOf(records, count);
    shares.set(lane, sum(shares.get(lane), { events: count, bytes }));
    this.#underWay.set(lane, sum(this.#underWay.get(lane), { events: count, bytes }));
    if (lane.share !== undefined) lane.share.bytesUnderWay += bytes;
    const more = Math.max(0, bytes - reservation.runBytes);
    reservation.runBytes += more;
    reservation.bytes += more;
    this.#bytesUnderWay += more;
    return count;
  }

  /** The publish has ended, one way or the other. */
  giveBack({ shares, bytes }: Reservation): void {
    this.#bytesUnderWay -= bytes;
    for (const [lane, share] of shares) {
      const left = sum(this.#underWay.get(lane), { events: -share.events, bytes: -share.bytes });
      if (left.events === 0) this.#underWay.delete(lane);
      else this.#underWay.set(lane, left);
      if (lane.share !== undefined) lane.share.bytesUnderWay -= share.bytes;
    }
  }
}

const nothing: Share = { events: 0, bytes: 0 };

function sum(a: Share = nothing, b: Share = nothing): Share {
  return { events: a.events + b.events, bytes: a.bytes + b.bytes };
}

function bytesOf(records: readonly EventRecord[], count: number): number {
  let bytes = 0;
  for (let index = 0; index < count; index++) bytes += records[index]?.bytes ?? 0;
  return bytes;
}

import type { Clock } from "../../clock.ts";
import { DestinationQueue } from "../pipeline/destination-queue.ts";
import type { Reservation, Room, Run } from "./room.ts";

/** A publish that wants room. */
interface Waiting {
  /** They go in this order. */
  readonly number: number;
  readonly runs: readonly Run[];
  readonly waitForRoom: boolean;
  readonly resolve: (reservation: Reservation) => void;
  readonly reject: (error: unknown) => void;
}

/** Room that all share is made elsewhere, and a destination gets stuck without a word: so often is looked again. */
const LOOK_MS = 250;

/**
 * Publishes that wait for room. Each waits in the line of one queue that is too full for it, and holds no room of any
 * other meanwhile; when it comes to the head of that line and there is room everywhere, it takes all of it at once.
 * Whoever comes later waits behind, so that a large publish is not passed by small ones for ever.
 */
export class WaitingPublishes {
  readonly #room: Room;
  readonly #clock: Clock;
  readonly #lines = new Map<DestinationQueue, Waiting[]>();
  #lastNumber = 0;
  #cancelLook: (() => void) | undefined;
  #refusal: Error | undefined;

  constructor(room: Room, clock: Clock) {
    this.#room = room;
    this.#clock = clock;
  }

  /** Resolves once there is room in every queue that is to be waited for. Throws as the room does. */
  reserve(runs: readonly Run[], waitForRoom: boolean): Promise<Reservation> {
    return new Promise((resolve, reject) => {
      this.#admit({ number: ++this.#lastNumber, runs, waitForRoom, resolve, reject });
    });
  }

  giveBack(reservation: Reservation): void {
    this.#room.giveBack(reservation);
    // Where it was not appended there is room again.
    if (this.#lines.size > 0) for (const destinationQueue of reservation.shares.keys()) this.#look(destinationQueue);
  }

  /** Refuses those that wait, and all that come. */
  close(refusal: Error): void {
    this.#refusal = refusal;
    const waiting = [...this.#lines.values()].flat();
    for (const destinationQueue of this.#lines.keys()) this.#drop(destinationQueue);
    for (const { reject } of waiting) reject(refusal);
  }

  /** Lets a publish go, or puts it into the line of the queue that it has to wait for; gives that queue. */
  #admit(publish: Waiting): DestinationQueue | undefined {
    const { number, runs, waitForRoom, resolve, reject } = publish;
    try {
      if (this.#refusal !== undefined) throw this.#refusal;
      const isBehind = (destinationQueue: DestinationQueue) =>
        (this.#lines.get(destinationQueue)?.[0]?.number ?? number) < number;
      const reserved = this.#room.reserve({ runs, waitForRoom, isBehind });
      if (reserved instanceof DestinationQueue) {
        this.#stand(publish, reserved);
        return reserved;
      }
      resolve(reserved);
    } catch (error) {
      reject(error);
    }
    return undefined;
  }

  #stand(publish: Waiting, destinationQueue: DestinationQueue): void {
    let line = this.#lines.get(destinationQueue);
    if (line === undefined) {
      line = [];
      this.#lines.set(destinationQueue, line);
      destinationQueue.onRoom(() => this.#look(destinationQueue));
      this.#cancelLook ??= this.#clock.after(LOOK_MS, () => this.#lookEverywhere());
    }
    const before = line.findLastIndex(({ number }) => number < publish.number);
    line.splice(before + 1, 0, publish);
  }

  /** Those at the head of a queue's line go, as many as there is room for. */
  #look(destinationQueue: DestinationQueue): void {
    const line = this.#lines.get(destinationQueue);
    if (line === undefined) return;
    for (let head = line.shift(); head !== undefined; head = line.shift()) {
      if (this.#admit(head) === destinationQueue) return;
    }
    this.#drop(destinationQueue);
  }

  #lookEverywhere(): void {
    this.#cancelLook = undefined;
    const oldestFirst = [...this.#lines].toSorted(([, a], [, b]) => (a[0]?.number ?? 0) - (b[0]?.number ?? 0));
    for (const [destinationQueue] of oldestFirst) this.#look(destinationQueue);
    if (this.#lines.size > 0) this.#cancelLook ??= this.#clock.after(LOOK_MS, () => this.#lookEverywhere());
  }

  #drop(destinationQueue: DestinationQueue): void {
    this.#lines.delete(destinationQueue);
    destinationQueue.onRoom(undefined);
    if (this.#lines.size > 0) return;
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }
}

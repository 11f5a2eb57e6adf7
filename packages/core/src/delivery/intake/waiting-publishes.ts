import type { Clock } from "../../clock.ts";
import { DestinationQueue } from "../pipeline/destination-queue.ts";
import type { Capacity, Reservation, Run } from "./capacity.ts";

/** A publish that waits for capacity. */
interface Waiting {
  /** Publishes proceed in this order. */
  readonly number: number;
  readonly runs: readonly Run[];
  readonly waitForCapacity: boolean;
  readonly resolve: (reservation: Reservation) => void;
  readonly reject: (error: unknown) => void;
}

/** Interval of checks: other queues free shared capacity, and a destination gets stuck, without a signal. */
const LOOK_MS = 250;

/**
 * Publishes waiting for capacity. Each waits in the line of one full queue and reserves nothing in others meanwhile. At
 * the head of the line it takes everything at once, when every queue has capacity. Later publishes wait behind it, so
 * that small ones never starve a large one.
 */
export class WaitingPublishes {
  readonly #capacity: Capacity;
  readonly #clock: Clock;
  readonly #lines = new Map<DestinationQueue, Waiting[]>();
  #lastNumber = 0;
  #cancelLook: (() => void) | undefined;
  #refusal: Error | undefined;

  constructor(capacity: Capacity, clock: Clock) {
    this.#capacity = capacity;
    this.#clock = clock;
  }

  /** Resolves once every needed queue has capacity. Rejects where `Capacity.reserve` throws. */
  reserve(runs: readonly Run[], waitForCapacity: boolean): Promise<Reservation> {
    return new Promise((resolve, reject) => {
      this.#admit({ number: ++this.#lastNumber, runs, waitForCapacity, resolve, reject });
    });
  }

  giveBack(reservation: Reservation): void {
    this.#capacity.giveBack(reservation);
    // Reserved but unused capacity is free again.
    if (this.#lines.size > 0) for (const destinationQueue of reservation.shares.keys()) this.#look(destinationQueue);
  }

  /** Refuses waiting and further publishes. */
  close(refusal: Error): void {
    this.#refusal = refusal;
    const waiting = [...this.#lines.values()].flat();
    for (const destinationQueue of this.#lines.keys()) this.#drop(destinationQueue);
    for (const { reject } of waiting) reject(refusal);
  }

  /** Admits a publish, or puts it into the line of the queue it must wait for and returns that queue. */
  #admit(publish: Waiting): DestinationQueue | undefined {
    const { number, runs, waitForCapacity, resolve, reject } = publish;
    try {
      if (this.#refusal !== undefined) throw this.#refusal;
      const isBehind = (destinationQueue: DestinationQueue) =>
        (this.#lines.get(destinationQueue)?.[0]?.number ?? number) < number;
      const reserved = this.#capacity.reserve({ runs, waitForCapacity, isBehind });
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
      destinationQueue.onCapacity(() => this.#look(destinationQueue));
      this.#cancelLook ??= this.#clock.after(LOOK_MS, () => this.#lookEverywhere());
    }
    const before = line.findLastIndex(({ number }) => number < publish.number);
    line.splice(before + 1, 0, publish);
  }

  /** Admits publishes from the head of a queue's line while it has capacity. */
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
    destinationQueue.onCapacity(undefined);
    if (this.#lines.size > 0) return;
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }
}

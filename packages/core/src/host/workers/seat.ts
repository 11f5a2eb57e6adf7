import type { Hide } from "../secrets/hide-secrets.ts";
import type { DeliveryWorker } from "./delivery-worker.ts";
import type { Turns } from "./turns.ts";

/** The place of a worker. A new worker takes it when one ends. */
export interface Slot {
  /** Returns the running worker or starts one. */
  worker(): DeliveryWorker;
  /** Hides the secrets of the destinations opened there. */
  readonly hide: Hide;
  readonly hiders: Set<Hide>;
  /** Destinations with attempts under way when a worker ended, tried one at a time. */
  readonly suspects: Turns<Seat>;
}

/** Which destination ended a worker, as far as known. */
export type Blame =
  /** One of several under way: its attempts are repeated without counting against it. */
  | "unknown"
  /** This destination's connector ended it. */
  | "own"
  /** Its connector ended it repeatedly, or no separate thread is left. */
  | "hopeless";

/**
 * Where a destination is open. When a worker ends, every destination with attempts under way is a suspect. From then on
 * one suspect at a time works there, until its first verdict. If the worker ends again, that suspect gets its own
 * thread, where it affects no other.
 */
export interface Seat {
  readonly hide: Hide;
  worker(): DeliveryWorker;
  /** Resolves when it may work; undefined if it may at once. */
  turn(): Promise<void> | undefined;
  /** Notes a verdict. */
  verdict(): void;
  /** Notes that the worker ended during its work. */
  ended(worker: DeliveryWorker): Blame;
  leave(): void;
}

export interface SeatOptions {
  /** Hides the destination's secrets. */
  readonly hide: Hide;
  readonly slot: Slot;
  /** Returns a slot for it alone; undefined if no more are allowed. */
  readonly ownSlot: () => Slot | undefined;
}

/** Consecutive ends without a verdict, alone on a thread, after which a destination is hopeless. */
const MOST_ENDS = 3;

export function createSeat({ hide, slot: shared, ownSlot }: SeatOptions): Seat {
  let slot = shared;
  let isSuspect = false;
  let ends = 0;
  let last: { readonly worker: DeliveryWorker; readonly blame: Blame } | undefined;
  shared.hiders.add(hide);

  function moveTo(own: Slot): void {
    slot.hiders.delete(hide);
    slot = own;
    own.hiders.add(hide);
  }

  function judge(): Blame {
    // Alone on the thread, it must be the cause.
    if (slot.hiders.size === 1) return ++ends >= MOST_ENDS ? "hopeless" : "own";
    const hadTurn = isSuspect && shared.suspects.has(seat);
    shared.suspects.end(seat);
    isSuspect = true;
    if (!hadTurn) return "unknown";
    const own = ownSlot();
    if (own === undefined) return "hopeless";
    isSuspect = false;
    moveTo(own);
    return "own";
  }

  const seat: Seat = {
    get hide() {
      return slot.hide;
    },
    worker: () => slot.worker(),
    turn: () => (isSuspect ? shared.suspects.take(seat) : undefined),
    verdict() {
      ends = 0;
      if (!isSuspect) return;
      isSuspect = false;
      shared.suspects.end(seat);
    },
    ended(worker) {
      // Several attempts of it may have been under way.
      if (last?.worker !== worker) last = { worker, blame: judge() };
      return last.blame;
    },
    leave() {
      shared.suspects.end(seat);
      slot.hiders.delete(hide);
    },
  };
  return seat;
}

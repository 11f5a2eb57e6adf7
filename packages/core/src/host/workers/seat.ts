import type { Hide } from "../secrets/hide-secrets.ts";
import type { DeliveryWorker } from "./delivery-worker.ts";
import type { Turns } from "./turns.ts";

/** The place of a worker, which outlives it. */
export interface Slot {
  /** The worker that is there, or a new one. */
  worker(): DeliveryWorker;
  /** Hides the secrets of whatever is open there. */
  readonly hide: Hide;
  readonly hiders: Set<Hide>;
  /** Those that were under way when a worker ended here are tried one at a time. */
  readonly suspects: Turns<Seat>;
}

/** Whose doing the end of a worker was, as far as it is known. */
export type Blame =
  /** One of several that were under way: what it attempted is attempted again, and nothing is held against it. */
  | "unknown"
  /** This destination's connector ended it. */
  | "own"
  /** The same, again and again; or there is no thread left for it alone. */
  | "hopeless";

/**
 * Where a destination is open. When a worker ends, everything that was under way in it is suspect: from then on one suspect
 * at a time is at work there, until its first verdict. If the worker ends again, it was that one, which gets a thread of its
 * own, where it harms nobody else.
 */
export interface Seat {
  readonly hide: Hide;
  worker(): DeliveryWorker;
  /** Resolves when it may be at work; undefined where it may at once. */
  turn(): Promise<void> | undefined;
  /** It came to a verdict. */
  verdict(): void;
  /** The worker ended while it was at work. */
  ended(worker: DeliveryWorker): Blame;
  leave(): void;
}

export interface SeatOptions {
  /** Hides this destination's secrets. */
  readonly hide: Hide;
  readonly slot: Slot;
  /** A slot for it alone; undefined where there are enough of these. */
  readonly ownSlot: () => Slot | undefined;
}

/** Where it is alone, so many ends in a row without a verdict are enough. */
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
    // Where it is alone, nobody else can have done it.
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
      // Several of its attempts may have been under way.
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

import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import { EventBlocks } from "../../event/event-blocks.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Destination, DestinationOrigin } from "../config/destination.ts";
import type { Hide } from "../secrets/hide-secrets.ts";
import { hiderOf } from "../secrets/hide-secrets.ts";
import { DeliveryWorker } from "./delivery-worker.ts";
import type { WorkerSettings } from "./messages.ts";
import type { Seat, Slot } from "./seat.ts";
import { createSeat } from "./seat.ts";
import type { TransmitSettings } from "./shape-settings.ts";
import { createTurns } from "./turns.ts";
import { openWorkerTransmitter } from "./worker-transmitter.ts";

export interface WorkersOptions {
  readonly count: number;
  readonly settings: WorkerSettings;
  readonly logger: Logger;
  /** See `DeliveryWorker`. */
  readonly patienceMs?: number;
}

/** Status of the worker threads. */
export interface WorkersStatus {
  /** Running worker threads. */
  readonly running: number;
  /** Worker threads that ended unasked since the start. */
  readonly ended: number;
}

/** Threads for destinations that end theirs. More would use memory others need. */
const MOST_OWN_SLOTS = 4;
/** Time limit of a suspect's turn: most that end their thread do so within it. */
const TRIAL_MS = 5000;

/** Worker threads of a host. */
export interface Workers {
  open(
    destination: Destination & { readonly origin: DestinationOrigin },
    delivery: TransmitSettings,
    stop: AbortSignal,
  ): Promise<Transmitter>;
  status(): WorkersStatus;
  close(): Promise<void>;
}

export function createWorkers({ count, settings, logger, patienceMs }: WorkersOptions): Workers {
  const running = new Set<DeliveryWorker>();
  const blocks = new EventBlocks((block) => {
    for (const worker of running) worker.drop(block);
  });
  let started = 0;
  let ended = 0;
  let destinations = 0;

  function createSlot(): Slot {
    const hiders = new Set<Hide>();
    const hide = (text: string) => [...hiders].reduce((rest, hideOne) => hideOne(rest), text);
    let current: DeliveryWorker | undefined;
    return {
      hiders,
      hide,
      suspects: createTurns<Seat>(TRIAL_MS),
      worker() {
        if (current === undefined || current.hasEnded) {
          if (current !== undefined) running.delete(current);
          const onEnd = () => void ended++;
          current = new DeliveryWorker({ number: ++started, settings, logger, hide, patienceMs, onEnd });
          running.add(current);
        }
        return current;
      },
    };
  }

  const slots = Array.from({ length: count }, createSlot);
  const ownSlots: Slot[] = [];

  /** Returns an unused slot or a new one. */
  function ownSlot(): Slot | undefined {
    const free = ownSlots.find(({ hiders }) => hiders.size === 0);
    if (free !== undefined || ownSlots.length >= MOST_OWN_SLOTS) return free;
    const slot = createSlot();
    ownSlots.push(slot);
    return slot;
  }

  function leastUsed() {
    return slots.reduce((best, slot) => (slot.hiders.size < best.hiders.size ? slot : best));
  }

  return {
    async open(destination, delivery, stop) {
      // Chosen before anything is awaited, so that concurrent openings are spread.
      const seat = createSeat({ hide: hiderOf(destination.config), slot: leastUsed(), ownSlot });
      try {
        return await openWorkerTransmitter(destination, delivery, {
          seat,
          blocks,
          number: () => ++destinations,
          stop,
        });
      } catch (error) {
        seat.leave();
        throw error;
      }
    },
    status: () => ({ running: [...running].filter(({ hasEnded }) => !hasEnded).length, ended }),
    async close() {
      await Promise.all([...running].map((worker) => worker.end()));
    },
  };
}

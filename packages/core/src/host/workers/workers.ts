import type { Carrier } from "../../delivery/carrier.ts";
import type { DeliverySettings } from "../../delivery/delivery-settings.ts";
import { EventBlocks } from "../../delivery/event-blocks.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Destination, DestinationOrigin } from "../destination.ts";
import type { Hide } from "../secrets/hide-secrets.ts";
import { hiderOf } from "../secrets/hide-secrets.ts";
import { DeliveryWorker } from "./delivery-worker.ts";
import type { WorkerSettings } from "./messages.ts";
import type { Slot } from "./worker-carrier.ts";
import { openWorkerCarrier } from "./worker-carrier.ts";

export interface WorkersOptions {
  readonly count: number;
  readonly settings: WorkerSettings;
  readonly logger: Logger;
  /** Of a `DeliveryWorker`. */
  readonly patienceMs?: number;
}

export interface WorkersStatus {
  /** Threads that deliver besides the host's own. */
  readonly running: number;
  /** Threads that have ended although nobody asked them to. */
  readonly ended: number;
}

/** Threads over which a host's destinations are spread. */
export interface Workers {
  open(
    destination: Destination & { readonly origin: DestinationOrigin },
    delivery: Pick<DeliverySettings, "compression" | "rendering">,
    stop: AbortSignal,
  ): Promise<Carrier>;
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

  function createSlot(): Slot & { readonly hiders: Set<Hide> } {
    const hiders = new Set<Hide>();
    const hide = (text: string) => [...hiders].reduce((rest, hideOne) => hideOne(rest), text);
    let current: DeliveryWorker | undefined;
    return {
      hiders,
      hide,
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

  function leastUsed() {
    return slots.reduce((best, slot) => (slot.hiders.size < best.hiders.size ? slot : best));
  }

  return {
    async open(destination, delivery, stop) {
      const slot = leastUsed();
      const hide = hiderOf(destination.config);
      // Before anything is awaited, so that many that are opened at a time are spread.
      slot.hiders.add(hide);
      const letGo = () => slot.hiders.delete(hide);
      try {
        const carrier = await openWorkerCarrier(destination, delivery, {
          slot,
          blocks,
          number: () => ++destinations,
          stop,
        });
        return { ...carrier, close: () => carrier.close().finally(letGo) };
      } catch (error) {
        letGo();
        throw error;
      }
    },
    status: () => ({ running: [...running].filter(({ hasEnded }) => !hasEnded).length, ended }),
    async close() {
      await Promise.all([...running].map((worker) => worker.end()));
    },
  };
}

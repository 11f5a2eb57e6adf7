import { createBodyPool } from "../../delivery/transmit/body-pool.ts";
import type { Carrier } from "../../delivery/transmit/carrier.ts";
import { compress } from "../../delivery/transmit/compress.ts";
import type { Destination } from "../config/destination.ts";
import type { EgressSettings } from "../config/egress-settings.ts";
import { guardsOf } from "../config/egress-settings.ts";
import { deliveryOf, openCarrier } from "./open-carrier.ts";
import type { HostParts } from "../tokens.ts";
import type { WorkersStatus } from "./workers.ts";
import { createWorkers } from "./workers.ts";

export interface CarriersOptions {
  readonly parts: HostParts;
  readonly egress: EgressSettings;
  /** How many threads deliver besides this one. */
  readonly workers: number;
}

/** What carries events to a host's destinations: on this thread, or on workers over which they are spread. */
export interface Carriers {
  /** Gives up, with its reason as the error, when `stop` aborts. */
  open(destination: Destination, stop: AbortSignal): Promise<Carrier>;
  /** Always on this thread: for a single look. */
  openHere(destination: Destination, stop: AbortSignal): Promise<Carrier>;
  status(): WorkersStatus;
  /** After every carrier was closed. */
  close(): Promise<void>;
}

export function createCarriers({ parts, egress, workers: count }: CarriersOptions): Carriers {
  const { clock, logger, openEgress, queueStore } = parts;
  const means = { clock, logger, openEgress, guardOf: guardsOf(egress), pool: createBodyPool(), compress };
  const workers = count === 0 ? undefined : createWorkers({ count, settings: { egress }, logger });

  const openHere = (destination: Destination, stop: AbortSignal) =>
    openCarrier(destination, deliveryOf(destination, queueStore.durable), means, stop);

  return {
    openHere,
    async open(destination, stop) {
      const { id, origin } = destination;
      if (workers === undefined) return openHere(destination, stop);
      if (origin === undefined) {
        const fix = "name its origin, as loadDeployment and configuredDestination do";
        logger.warn(
          { destination: id, fix },
          "no worker can open this destination, so the host's own thread delivers to it",
        );
        return openHere(destination, stop);
      }
      return workers.open({ ...destination, origin }, deliveryOf(destination, queueStore.durable), stop);
    },
    status: () => workers?.status() ?? { running: 0, ended: 0 },
    async close() {
      await workers?.close();
    },
  };
}

import { createBodyPool } from "../delivery/body-pool.ts";
import type { Carrier } from "../delivery/carrier.ts";
import { compress } from "../delivery/compress.ts";
import type { Destination } from "./destination.ts";
import type { GuardOf } from "./egress-settings.ts";
import { deliveryOf, openCarrier } from "./open-carrier.ts";
import type { HostParts } from "./tokens.ts";

export interface CarriersOptions {
  readonly parts: HostParts;
  readonly guardOf: GuardOf;
}

/** What carries events to a host's destinations. */
export interface Carriers {
  /** Gives up, with its reason as the error, when `stop` aborts. */
  open(destination: Destination, stop: AbortSignal): Promise<Carrier>;
}

export function createCarriers({ parts, guardOf }: CarriersOptions): Carriers {
  const { clock, logger, openEgress, queueStore } = parts;
  const means = { clock, logger, openEgress, guardOf, pool: createBodyPool(), compress };
  return {
    open: (destination, stop) => openCarrier(destination, deliveryOf(destination, queueStore.durable), means, stop),
  };
}

import { createBodyPool } from "../../delivery/transmit/body-pool.ts";
import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import { compress } from "../../delivery/transmit/compress.ts";
import type { HostRedaction } from "../../redaction/redact-rule.ts";
import type { Destination } from "../config/destination.ts";
import type { EgressSettings } from "../config/egress-settings.ts";
import { guardsOf } from "../config/egress-settings.ts";
import type { ShapeSettings } from "../../delivery/transmit/shape/shape.ts";
import { createDryEgress } from "../../transport/dry-egress.ts";
import { deliveryOf, openTransmitter } from "./open-transmitter.ts";
import { defaultDelivery } from "../../delivery/delivery-settings.ts";
import type { OpenTransmitter } from "./recorded-transmitter.ts";
import { shapeSettingsOf, transmitSettingsOf } from "./shape-settings.ts";
import type { BaseParts } from "../parts.ts";
import type { WorkersStatus } from "./workers.ts";
import { createWorkers } from "./workers.ts";

export interface TransmittersOptions {
  readonly parts: BaseParts;
  readonly egress: EgressSettings;
  readonly redaction: HostRedaction;
  /** Number of threads that deliver besides this one. */
  readonly workers: number;
}

/** Opens the transmitters of a host's destinations, on this thread or on workers. */
export interface Transmitters {
  /** Opens a transmitter. Rejects with the reason of `stop` if that aborts. */
  open(destination: Destination, stop: AbortSignal): Promise<Transmitter>;
  /** Opens a transmitter on this thread, for a check or a trial: it records more of each exchange. */
  openHere(destination: Destination, stop: AbortSignal): Promise<OpenTransmitter>;
  /** Opens a transmitter on this thread that opens no connection. */
  openDry(destination: Destination, stop: AbortSignal): Promise<Transmitter>;
  /** Returns how the destination's events are shaped. */
  shapeOf(destination: Pick<Destination, "orgId" | "delivery">): ShapeSettings;
  status(): WorkersStatus;
  /** Call it after every transmitter is closed. */
  close(): Promise<void>;
}

/** As much of a request as a person reads. */
const TRIAL_BYTES = 32 * 1024;

export function createTransmitters({ parts, egress, redaction, workers: count }: TransmittersOptions): Transmitters {
  const { clock, logger, openEgress, queueStore } = parts;
  const means = { clock, logger, openEgress, guardOf: guardsOf(egress), pool: createBodyPool(), compress };
  const workers = count === 0 ? undefined : createWorkers({ count, settings: { egress }, logger });

  const settingsOf = (destination: Destination) =>
    transmitSettingsOf(destination, deliveryOf(destination, queueStore.durable), redaction);
  const openHere = (destination: Destination, stop: AbortSignal, recordedBytes?: number) => {
    const recording = recordedBytes === undefined ? means : { ...means, recordedBytes };
    return openTransmitter(destination, settingsOf(destination), recording, stop);
  };

  return {
    openHere: (destination, stop) => openHere(destination, stop, TRIAL_BYTES),
    openDry: (destination, stop) => {
      const dry = { ...means, openEgress: createDryEgress, isDry: true, recordedBytes: TRIAL_BYTES };
      return openTransmitter(destination, settingsOf(destination), dry, stop);
    },
    shapeOf: (destination) => shapeSettingsOf(destination, { ...defaultDelivery, ...destination.delivery }, redaction),
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
      return workers.open({ ...destination, origin }, settingsOf(destination), stop);
    },
    status: () => workers?.status() ?? { running: 0, ended: 0 },
    async close() {
      await workers?.close();
    },
  };
}

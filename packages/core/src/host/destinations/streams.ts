import { createMemoryStreamLog } from "../../delivery/queue/stream-log.ts";
import type { NumberingSettings } from "../../delivery/transmit/stream/numbering-settings.ts";
import { Stream } from "../../delivery/transmit/stream/stream.ts";
import type { Signer } from "../../delivery/transmit/stream/signing-keys.ts";
import type { Select } from "../../delivery/transmit/shape/select.ts";
import { sentStep } from "../../delivery/transmit/shape/shape.ts";
import type { Destination } from "../config/destination.ts";
import type { BaseParts } from "../parts.ts";
import type { Outgoing } from "./outgoing.ts";

/** The streams of a host's destinations, each open as long as its queue. */
export interface Streams {
  /** Opens the stream of a destination with `integrity`, unless it is open. */
  open(destination: Destination): Promise<void>;
  /** Returns the stream of a destination; undefined if its events are not numbered here. */
  of(destination: Destination): Stream | undefined;
  /** Returns an open stream by its destination's id. */
  find(destinationId: string): Stream | undefined;
  close(destinationId: string): Promise<void>;
  closeAll(): Promise<void>;
}

export function createStreams({ queueStore, clock, openSigner }: BaseParts): Streams {
  const streams = new Map<string, Stream>();
  let signer: Promise<Signer> | undefined;

  async function close(destinationId: string): Promise<void> {
    const stream = streams.get(destinationId);
    streams.delete(destinationId);
    await stream?.close();
  }

  return {
    async open(destination) {
      const { id, orgId = null } = destination;
      if (!isNumbered(destination) || streams.has(id)) return;
      signer ??= openSigner();
      const log = queueStore.streamLog?.(id) ?? createMemoryStreamLog();
      streams.set(id, await Stream.open({ destinationId: id, orgId, log, clock, signer: await signer }));
    },
    of: (destination) => (isNumbered(destination) ? streams.get(destination.id) : undefined),
    find: (destinationId) => streams.get(destinationId),
    close,
    async closeAll() {
      await Promise.all([...streams.keys()].map(close));
    },
  };
}

function isNumbered({ delivery }: Destination): boolean {
  const integrity = delivery?.integrity;
  return integrity !== undefined && integrity.isReplay !== true;
}

export function numberingOf({ delivery }: Destination, { shape }: Outgoing): NumberingSettings {
  return { step: sentStep(shape), isFingerprinted: delivery?.integrity?.checkpointsMs !== undefined };
}

/** Of a stream's events, it stays as it was decided first. */
export function selectOf({ select }: Outgoing, stream: Stream | undefined): Select | undefined {
  return stream === undefined ? select : (record) => stream.isSelected(record, select);
}

import type { AcceptedEvent, EventFilter, HandedOver, HandOverOptions, QueueStore } from "@arbitex/core/host";
import { handOverQueued } from "@arbitex/core/host";

/** What a bundle keeps of an event. */
export type QueuedEvent = Pick<AcceptedEvent, "json" | "sequence" | "id" | "acceptedAt">;

/** One turn of an export. */
export interface HandOver {
  /** Whether the bundle has the event already. */
  readonly isKnown: (record: QueuedEvent) => boolean;
  /** Whether the bundle takes events that it does not have yet. */
  readonly takesMore: boolean;
  /** Hands over events in order. Resolves once they are safe in the bundle. */
  readonly handOver: (records: readonly QueuedEvent[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The queued events of one destination. */
export interface QueuedEvents {
  /** Hands over the events, oldest first, each of which then leaves the queue. */
  handOver(turn: HandOver): Promise<HandedOver>;
  /** Resolves once the settlements survive a power cut. */
  close(): Promise<void>;
}

export interface QueueOnDisk extends Pick<HandOverOptions, "destinationId"> {
  readonly store: QueueStore;
  readonly filter?: EventFilter | undefined;
  /** Whether to export an event, by its time and organisation. */
  readonly isWanted: (record: AcceptedEvent) => boolean;
}

/** The queue of a server that is stopped. */
export function queuedOnDisk({ store, isWanted, ...from }: QueueOnDisk): QueuedEvents {
  return {
    handOver({ isKnown, takesMore, ...turn }) {
      const isChosen = (record: AcceptedEvent) => isKnown(record) || (takesMore && isWanted(record));
      return handOverQueued({ store, ...from, ...turn, isChosen });
    },
    close: () => store.close(),
  };
}

import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Holdings } from "./holdings.ts";
import type { StreamLog } from "./stream-log.ts";
import type { Fate, Totals } from "./totals.ts";

/** The unsettled events of a destination: waiting, in order, or taken. */
export interface Queue {
  /** Number of waiting and taken events. */
  readonly size: number;
  /** Number of waiting events. */
  readonly waiting: number;
  /** Size of all events, as `AcceptedEvent.bytes` counts. */
  readonly bytes: number;
  /** Totals settled before it was opened, as recorded; undefined in a store that is not durable. */
  readonly totalsBefore: Totals | undefined;
  /** Acceptance time of the oldest waiting event, in milliseconds since the epoch; undefined if none waits. */
  oldestAcceptedAt(): number | undefined;
  /**
   * Takes the oldest waiting events, at most `maxEvents`. They stay in the queue, as taken, until `ack` or `requeue`.
   * Returns none while they are being read from disk; the listener's `ready` follows.
   */
  take(maxEvents: number): AcceptedEvent[];
  /** Removes taken events, which are settled. A store that several processes share counts their fate with them. */
  ack(records: readonly AcceptedEvent[], fate: Fate): void;
  /** Returns taken events to the head, in the order given. */
  requeue(records: readonly AcceptedEvent[]): void;
  /** Leaves taken events unsettled and frees their memory. They can be taken again once the store is opened anew. */
  passOver?(records: readonly AcceptedEvent[]): void;
  /** Ends the taking: events that were prepared for it go back. The next to take prepares them anew. */
  end?(): Promise<void>;
  /**
   * Returns whether this process may still send taken events. In a store that several processes share, another one may
   * have taken them over meanwhile. Absent where no other process can.
   */
  maySend?(records: readonly AcceptedEvent[]): boolean;
  /** Sets the listener, which takes from the queue from now on. */
  listen(listener: QueueListener): void;
}

/** Events of a queue that its taker did not cause. */
export interface QueueListener {
  /** Called when events were appended and are safe. */
  appended(count: number): void;
  /** Called when events from disk can be taken. */
  ready(): void;
  /** Called when the disk does not return events; they are no longer in the queue. */
  lost(count: number): void;
  /** Called when unsettled events of another process came to this queue, or with a negative count when they left it. */
  moved?(count: number): void;
  /** Returns the current totals, including `totalsBefore`. A durable store records them with the settlements. */
  totals?(): Totals;
}

/** Events for one set of destinations. The batches of one call are written and synced together. */
export interface WriteBatch {
  readonly records: readonly AcceptedEvent[];
  readonly queues: readonly Queue[];
}

/** Events of one destination that its store is about to delete. */
export interface Expiring {
  readonly destinationId: string;
  readonly queue: Queue;
  /** Taken from the queue. */
  readonly records: readonly AcceptedEvent[];
  /** What would become of them, for their dead letters. */
  readonly reason: string;
}

/** Stores queues. An event for several destinations is stored once. */
export interface QueueStore {
  /** Whether appended events survive the process. */
  readonly durable: boolean;
  /** Size of all queues; for a durable store, the bytes its events use there. */
  readonly bytes: number;
  /** Whether queues have no capacity of their own to run out of, because the store elsewhere bounds them by time. */
  readonly isBoundless?: boolean;
  /** Longest that a destination may hold events here, in milliseconds; undefined where they are kept until settled. */
  readonly mostHoldMs?: number | undefined;
  open(destinationId: string): Queue | Promise<Queue>;
  /**
   * Handles a removed destination. Its queued events stay for a later `open`; an empty queue is dropped. Its totals
   * stay unless it is gone for good.
   */
  forget(destinationId: string, isForGood?: boolean): void;
  /** Appends events. Resolves once all are safe, as the store defines it; if it throws, nothing was appended. */
  append(writeBatches: readonly WriteBatch[]): Promise<void> | void;
  /**
   * Tests by writing. Resolves to why nothing can be appended; undefined if it can. Absent in a store that cannot fail.
   */
  trouble?(): Promise<string | undefined>;
  /** Resolves once what was settled by now survives a power cut. Absent in a store that is not durable. */
  syncSettlements?(): Promise<void>;
  /** Opens the log of a destination's stream. Absent in a store that is not durable: streams end with the process. */
  streamLog?(destinationId: string): StreamLog;
  /**
   * Takes the events that the store will soon delete, settled or not, and gives them out. Those of destinations that are
   * not open are among them. What `give` rejects goes back to its queue. Absent in a store that keeps every event until it
   * is settled.
   */
  giveExpiring?(give: (expiring: Expiring) => Promise<void>): Promise<void>;
  /** What a new destination gets of the events held for others. Absent in a store that cannot tell. */
  readonly holdings?: Holdings;
  /** Hands out nothing more, so that other processes can deliver what waits. Taken events are settled as before. */
  release?(): void;
  close(): Promise<void>;
}

import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Totals } from "./totals.ts";

/** A destination's events that are not yet settled: those that wait, in order, and those that are taken. */
export interface Queue {
  /** Events that wait or are taken. */
  readonly size: number;
  /** Events that wait. */
  readonly waiting: number;
  /** Size of all of them, as `AcceptedEvent.bytes` counts. */
  readonly bytes: number;
  /** What was settled before it was opened, as it was written down; undefined in a store that does not last. */
  readonly totalsBefore: Totals | undefined;
  /** When the oldest waiting event was accepted; undefined when none waits. */
  oldestAcceptedAt(): number | undefined;
  /**
   * The oldest waiting events, at most `maxEvents`. They stay in the queue, as taken, until `ack` or `requeue`. None,
   * although some wait, means that they are being read from the disk: the listener hears when they are `ready`.
   */
  take(maxEvents: number): AcceptedEvent[];
  /** Taken events are settled and leave. */
  ack(records: readonly AcceptedEvent[]): void;
  /** Taken events go back to the head, in the order given. */
  requeue(records: readonly AcceptedEvent[]): void;
  /** This listener takes from it from now on. */
  listen(listener: QueueListener): void;
}

/** What happens to a queue without its taker's doing. */
export interface QueueListener {
  /** Events were appended, and are safe. */
  appended(count: number): void;
  /** Events can be taken that were on the disk only. */
  ready(): void;
  /** The disk does not give these events back; they are in the queue no more. */
  lost(count: number): void;
  /** What is settled by now, `totalsBefore` included. A durable store writes it down with the settlements themselves. */
  totals?(): Totals;
}

/** Events for one set of destinations. Those of one call are written and synced together. */
export interface WriteBatch {
  readonly records: readonly AcceptedEvent[];
  readonly queues: readonly Queue[];
}

/** Where queues live. An event for several destinations is stored once. */
export interface QueueStore {
  /** True when what is appended survives the end of the process. */
  readonly durable: boolean;
  /** Size of all queues together; of a durable store, what the events take up there. */
  readonly bytes: number;
  open(destinationId: string): Queue | Promise<Queue>;
  /**
   * The destination is gone. What its queue holds stays, for a later `open` too; an empty one need not be remembered. Its
   * totals stay unless it is gone for good.
   */
  forget(destinationId: string, isForGood?: boolean): void;
  /** Resolves once all of it is safe, in the store's own meaning of the word; on a throw nothing was appended. */
  append(writeBatches: readonly WriteBatch[]): Promise<void> | void;
  /** Why nothing can be appended at the moment, found out by trying; undefined when it can. A store may have no such time. */
  trouble?(): Promise<string | undefined>;
  close(): Promise<void>;
}

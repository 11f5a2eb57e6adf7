import type { Account } from "./account.ts";
import type { DeliverySettings } from "../delivery-settings.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { OrgShare } from "../queue/org-share.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Queue } from "../queue/queue-store.ts";
import { noTotals, totalsWith } from "../queue/totals.ts";

export interface DestinationQueueOptions {
  readonly destinationId: string;
  readonly queue: Queue;
  readonly account: Account;
  /** Share of the destination's organisation; undefined for a global one. */
  readonly share?: OrgShare | undefined;
}

/** Takes from a destination's queue and is told of its events. */
export type QueueTaker = Pick<Pipeline, "appended" | "readyToTake" | "lost">;

/**
 * A destination as the intake sees it: a queue, its counts and a pipeline. It remains when the pipeline is replaced, so
 * that concurrent publishes see the same queue, counts and line.
 */
export class DestinationQueue {
  readonly destinationId: string;
  readonly queue: Queue;
  readonly account: Account;
  readonly share: OrgShare | undefined;
  #pipeline: Pipeline | undefined;
  #taker: QueueTaker | undefined;
  #onCapacity: (() => void) | undefined;
  #isClosed = false;

  constructor({ destinationId, queue, account, share }: DestinationQueueOptions) {
    this.destinationId = destinationId;
    this.queue = queue;
    this.account = account;
    this.share = share;
    queue.listen({
      appended: (count) => {
        account.counts.accepted += count;
        this.#taker?.appended();
      },
      ready: () => this.ready(),
      lost: (count) => {
        account.counts.unreadable += count;
        this.#taker?.lost(count);
      },
      moved: (count) => {
        account.counts.takenOver += count;
        this.#pipeline?.moved();
      },
      totals: () => totalsWith(account.before ?? noTotals, account.counts),
    });
  }

  /** Sets the pipeline that takes from the queue. */
  use(pipeline: Pipeline): void {
    this.#pipeline = pipeline;
    this.#taker = pipeline;
  }

  /** Tells another taker of the queue's events until the next `use`. The pipeline must have ended. */
  lend(taker: QueueTaker): void {
    this.#taker = taker;
  }

  /** Notes that events can be taken which could not before. */
  ready(): void {
    this.#taker?.readyToTake();
  }

  get pipeline(): Pipeline {
    if (this.#pipeline === undefined) throw new TypeError(`destination "${this.destinationId}" has no pipeline yet`);
    return this.#pipeline;
  }

  get delivery(): DeliverySettings {
    return this.pipeline.delivery;
  }

  /** Whether delivery waits for a person or for time. */
  get isStuck(): boolean {
    return this.pipeline.isStuck;
  }

  /** Handles events that a full queue does not take. */
  overflowed(records: readonly AcceptedEvent[]): Promise<void> {
    return this.pipeline.overflowed(records);
  }

  /** Sets the listener that is called when the queue may have capacity or the destination is removed. */
  onCapacity(listener: (() => void) | undefined): void {
    this.#onCapacity = listener;
  }

  /** Notes that events were settled or requeued. */
  capacityFreed(): void {
    this.#onCapacity?.();
  }

  /** Whether the destination is being removed: nothing more goes into its queue. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.capacityFreed();
  }
}

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
  /** Of the destination's organisation; undefined for a global one. */
  readonly share?: OrgShare | undefined;
}

/**
 * A destination as the intake sees it: a queue, its account, and the pipeline behind them. It stays while the pipeline is
 * replaced, so that events that are published meanwhile find the same queue, the same account and the same line.
 */
export class DestinationQueue {
  readonly destinationId: string;
  readonly queue: Queue;
  readonly account: Account;
  readonly share: OrgShare | undefined;
  #pipeline: Pipeline | undefined;
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
        this.#pipeline?.appended();
      },
      ready: () => this.#pipeline?.readyToTake(),
      lost: (count) => {
        account.counts.unreadable += count;
        this.#pipeline?.lost(count);
      },
      totals: () => totalsWith(account.before ?? noTotals, account.counts),
    });
  }

  /** From now on this pipeline takes from the queue. */
  use(pipeline: Pipeline): void {
    this.#pipeline = pipeline;
  }

  get pipeline(): Pipeline {
    if (this.#pipeline === undefined) throw new TypeError(`destination "${this.destinationId}" has no pipeline yet`);
    return this.#pipeline;
  }

  get delivery(): DeliverySettings {
    return this.pipeline.delivery;
  }

  /** True when nothing moves until a person or time helps. */
  get isStuck(): boolean {
    return this.pipeline.isStuck;
  }

  /** Events that the queue does not take, because it is full. */
  overflowed(records: readonly AcceptedEvent[]): Promise<void> {
    return this.pipeline.overflowed(records);
  }

  /** Calls the listener whenever the queue may have capacity, or the destination is removed. A new one replaces it. */
  onCapacity(listener: (() => void) | undefined): void {
    this.#onCapacity = listener;
  }

  /** Events were settled, or went back to the queue. */
  capacityFreed(): void {
    this.#onCapacity?.();
  }

  /** The destination is being removed: nothing more goes into its queue. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.capacityFreed();
  }
}

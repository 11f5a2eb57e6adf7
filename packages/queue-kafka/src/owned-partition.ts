import { noTotals } from "@arbitex/core/host";
import type { Claimed, PartitionRecord } from "./cursor-store.ts";
import { positionOf } from "./position.ts";
import { Subscription } from "./subscription.ts";

/** A partition while this node owns it: how far it is read, and what its destinations have settled. */
export class OwnedPartition {
  readonly partition: number;
  /** Number of this ownership in this process, by which its events are recognised. */
  readonly origin: number;
  readonly epoch: number;
  /** Offset of the next message to count. */
  readTo: number;
  /** Whether it hands out nothing more, since another node gets it. */
  isLeaving = false;
  /** Whether another node may have it. */
  isRetired = false;
  readonly subscriptions = new Map<string, Subscription>();
  /** Subscriptions with events that are not in memory. */
  readonly behind = new Set<Subscription>();
  readonly #changed = new Set<Subscription>();
  #recordedTo: number;

  constructor(partition: number, origin: number, { epoch, readTo = 0, cursors }: Claimed) {
    this.partition = partition;
    this.origin = origin;
    this.epoch = epoch;
    this.readTo = readTo;
    this.#recordedTo = readTo;
    for (const cursor of cursors) this.subscriptions.set(cursor.destinationId, new Subscription(cursor, this.behind));
  }

  /** Returns the subscription of a destination, which begins with the message at `offset` if it is new. */
  subscriptionOf(destinationId: string, offset: number): Subscription {
    let subscription = this.subscriptions.get(destinationId);
    if (subscription === undefined) {
      const settledTo = positionOf(offset, 0);
      subscription = new Subscription(
        { destinationId, settledTo, unsettled: [], countedTo: offset, queued: 0, totals: noTotals },
        this.behind,
      );
      this.subscriptions.set(destinationId, subscription);
    }
    return subscription;
  }

  get taken(): number {
    let taken = 0;
    for (const subscription of this.subscriptions.values()) taken += subscription.taken;
    return taken;
  }

  /** Forgets a destination that is gone for good. */
  remove(destinationId: string): void {
    const subscription = this.subscriptions.get(destinationId);
    if (subscription === undefined) return;
    this.subscriptions.delete(destinationId);
    this.behind.delete(subscription);
    this.#changed.delete(subscription);
  }

  /** Goes back to an earlier end of the partition: the cluster lost what came after it. */
  truncate(offset: number): void {
    this.readTo = offset;
    for (const subscription of this.subscriptions.values()) {
      subscription.truncate(offset);
      this.#changed.add(subscription);
    }
  }

  changed(subscription: Subscription): void {
    this.#changed.add(subscription);
  }

  /** Returns what to record, and forgets that it changed; undefined if nothing did. */
  takeRecord(): PartitionRecord | undefined {
    if (this.#changed.size === 0 && this.readTo === this.#recordedTo) return undefined;
    const cursors = [...this.#changed].map((subscription) => subscription.cursor());
    this.#changed.clear();
    this.#recordedTo = this.readTo;
    const { partition, epoch, readTo } = this;
    return { partition, epoch, readTo, cursors };
  }

  /** Notes that a record was not written, so that the next one holds it. */
  notRecorded({ cursors }: PartitionRecord): void {
    this.#recordedTo = -1;
    for (const { destinationId } of cursors) {
      const subscription = this.subscriptions.get(destinationId);
      if (subscription !== undefined) this.#changed.add(subscription);
    }
  }
}

import type { AcceptedEvent, Fate, Queue, QueueListener } from "@arbitex/core/host";
import type { OwnedPartition } from "./owned-partition.ts";
import type { Subscription } from "./subscription.ts";

export interface KafkaQueueOptions {
  readonly destinationId: string;
  /** Returns an ownership of this process, also one that ended while events of it are taken. */
  readonly originOf: (origin: number) => OwnedPartition | undefined;
  /** Whether this node is sure to be a member of the group. */
  readonly isMember: () => boolean;
  /** Called when events may be missing in memory. */
  readonly onSpace: () => void;
}

/** A destination's events in the partitions that this node owns. Those beyond its memory stay in the cluster. */
export class KafkaQueue implements Queue {
  readonly totalsBefore = undefined;
  size = 0;
  /** Size of the events in memory. */
  bytes = 0;
  /** Number of events that were taken at once at most. */
  mostTaken = 0;
  isOpen = false;
  readonly destinationId: string;
  readonly #options: KafkaQueueOptions;
  /** In order, from the head on. */
  #held: AcceptedEvent[] = [];
  #head = 0;
  #taken = 0;
  #isReleased = false;
  #listener: QueueListener | undefined;

  constructor(options: KafkaQueueOptions) {
    this.#options = options;
    this.destinationId = options.destinationId;
  }

  get waiting(): number {
    return this.size - this.#taken;
  }

  /** Number of events in memory that wait. */
  get held(): number {
    return this.#held.length - this.#head;
  }

  listen(listener: QueueListener): void {
    this.#listener = listener;
  }

  oldestAcceptedAt(): number | undefined {
    return this.#held[this.#head]?.acceptedAt;
  }

  take(maxEvents: number): AcceptedEvent[] {
    this.mostTaken = Math.max(this.mostTaken, maxEvents);
    if (this.#isReleased || !this.#options.isMember()) return [];
    const taken: AcceptedEvent[] = [];
    while (taken.length < maxEvents) {
      const record = this.#held[this.#head];
      if (record === undefined) break;
      this.#head++;
      this.bytes -= record.bytes;
      const subscription = this.#subscriptionOf(record);
      if (subscription === undefined) continue;
      subscription.taken++;
      taken.push(record);
    }
    this.#taken += taken.length;
    if (this.#head * 2 > this.#held.length) this.#trim();
    if (this.held < maxEvents) this.#options.onSpace();
    return taken;
  }

  /** Takes events out of turn: those that wait in memory, and if `isBehind` those that are to be read again. */
  takeThese(subscription: Subscription, records: readonly AcceptedEvent[], isBehind: boolean): AcceptedEvent[] {
    if (this.#isReleased) return [];
    const asked = new Set(records.map(({ sequence }) => sequence));
    const waited = new Set<number>();
    this.#keep(({ origin, sequence }) => {
      if (origin !== records[0]?.origin || !asked.has(sequence)) return true;
      waited.add(sequence);
      return false;
    });
    const taken = records.filter(({ sequence }) => {
      if (waited.has(sequence)) return true;
      if (!isBehind || !subscription.wants(sequence)) return false;
      subscription.load(sequence);
      return true;
    });
    subscription.taken += taken.length;
    this.#taken += taken.length;
    return taken;
  }

  ack(records: readonly AcceptedEvent[], fate: Fate): void {
    this.#taken -= records.length;
    this.size -= records.length;
    for (const record of records) {
      const owned = this.#options.originOf(record.origin);
      const subscription = owned?.subscriptions.get(this.destinationId);
      if (owned === undefined || subscription === undefined) continue;
      subscription.taken--;
      subscription.settle(record.sequence, fate);
      owned.changed(subscription);
    }
  }

  requeue(records: readonly AcceptedEvent[]): void {
    this.#taken -= records.length;
    const kept: AcceptedEvent[] = [];
    let gone = 0;
    for (const record of records) {
      const owned = this.#options.originOf(record.origin);
      const subscription = owned?.subscriptions.get(this.destinationId);
      if (subscription !== undefined) subscription.taken--;
      if (owned === undefined || owned.isRetired || this.#isReleased) gone++;
      else if (!owned.isLeaving) {
        kept.push(record);
        this.bytes += record.bytes;
      }
    }
    this.#held = [...kept, ...this.#held.slice(this.#head)];
    this.#head = 0;
    if (gone > 0) this.#moved(-gone);
  }

  maySend(records: readonly AcceptedEvent[]): boolean {
    if (!this.#options.isMember()) return false;
    return records.every(({ origin }) => {
      const owned = this.#options.originOf(origin);
      return owned !== undefined && !owned.isRetired && !owned.isLeaving;
    });
  }

  /** Adds events that were accepted since. */
  counted(count: number): void {
    if (this.#isReleased) return;
    this.size += count;
    this.#listener?.appended(count);
    this.#listener?.ready();
  }

  /** Holds events in memory that are counted already. */
  hold(records: readonly AcceptedEvent[]): void {
    for (const record of records) {
      this.#held.push(record);
      this.bytes += record.bytes;
    }
  }

  /** Notes that more can be taken. */
  ready(): void {
    this.#listener?.ready();
  }

  /** Takes over a partition's events from another node. */
  join({ queued }: Subscription): void {
    if (queued > 0 && !this.#isReleased) this.#moved(queued);
  }

  /** Hands out nothing more of a partition. */
  park({ origin }: OwnedPartition): void {
    this.#keep((record) => record.origin !== origin);
  }

  /** Leaves a partition's events to another node, except those taken. */
  leave(owned: OwnedPartition, { queued, taken }: Subscription): void {
    this.park(owned);
    if (queued > taken && !this.#isReleased) this.#moved(taken - queued);
  }

  /** Notes events that the cluster no longer has. */
  lost(count: number): void {
    this.size -= count;
    this.#listener?.lost(count);
  }

  /** Notes events that were not counted, though others after them were. */
  found(count: number): void {
    this.#moved(count);
  }

  /** Frees the memory of the events furthest from the head, until `mostBytes` are held. */
  shrink(mostBytes: number): void {
    while (this.bytes > mostBytes && this.held > 1) {
      const record = this.#held.at(-1);
      if (record === undefined || this.#subscriptionOf(record)?.unload(record.sequence) !== true) return;
      this.#held.pop();
      this.bytes -= record.bytes;
    }
  }

  /** Hands out nothing more. */
  release(): void {
    this.#isReleased = true;
    this.#keep(() => false);
    if (this.waiting > 0) this.#moved(-this.waiting);
  }

  #subscriptionOf({ origin }: AcceptedEvent): Subscription | undefined {
    const owned = this.#options.originOf(origin);
    return owned?.isRetired === false ? owned.subscriptions.get(this.destinationId) : undefined;
  }

  #keep(isKept: (record: AcceptedEvent) => boolean): void {
    this.#held = this.#held.slice(this.#head).filter(isKept);
    this.#head = 0;
    this.bytes = 0;
    for (const { bytes } of this.#held) this.bytes += bytes;
  }

  #trim(): void {
    this.#held = this.#held.slice(this.#head);
    this.#head = 0;
  }

  #moved(count: number): void {
    this.size += count;
    this.#listener?.moved?.(count);
  }
}

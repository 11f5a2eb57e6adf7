// Longer than a page because it alone knows which events are in memory, on disk, taken or settled. Reading, writing and
// syncing are in other files.
import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { bytesOf } from "../../../event/accepted-event.ts";
import type { Queue, QueueListener } from "../queue-store.ts";
import type { Settlement } from "./ack-log.ts";
import type { AckState } from "./ack-state.ts";
import { isSettled } from "./ack-state.ts";
import type { FrameHolder, MemoryBudget } from "./memory-budget.ts";
import type { Extent } from "./write-batch-frame.ts";
import type { CachedFrame, PendingRange, Segment } from "./segment.ts";
import { newPendingRange } from "./segment.ts";
import type { Segments } from "./segments.ts";
import type { Totals } from "../totals.ts";
import { TakenLedger } from "./taken-ledger.ts";

export interface DiskQueueOptions {
  readonly destinationId: string;
  readonly segments: Segments;
  readonly memory: MemoryBudget;
  /** Called when events on disk are needed. */
  readonly fill: (queue: DiskQueue) => void;
  /** Called when events were settled, to be recorded later. */
  readonly onSettled: (events: number) => void;
  /** Settlements of an earlier process. */
  readonly before: Settlement;
}

/** Waiting events in memory, with their pending range. */
interface Held {
  readonly cachedFrame: CachedFrame;
  readonly pendingRange: PendingRange;
  readonly records: readonly AcceptedEvent[];
  from: number;
}

/** Position to continue reading at. */
export interface ReadPosition {
  readonly pendingRange: PendingRange;
  readonly offset: number;
}

/**
 * A destination's queue. Events wait in memory first; beyond its memory share they wait on disk only, and are read back
 * in order. The order by sequence is: taken, requeued, in memory, on disk.
 */
export class DiskQueue implements Queue, FrameHolder {
  readonly destinationId: string;
  size = 0;
  waiting = 0;
  bytes = 0;
  /** Whether events are being read for this queue. */
  isLoading = false;
  /** Changes when a read under way is no longer wanted. */
  epoch = 0;
  readonly totalsBefore: Totals;
  readonly #options: DiskQueueOptions;
  readonly #ledger = new TakenLedger();
  /** In order. */
  #pendingRanges: PendingRange[] = [];
  #requeued: AcceptedEvent[] = [];
  /** From the head on; earlier entries are released. */
  #held: (Held | undefined)[] = [];
  #heldHead = 0;
  #heldEvents = 0;
  #heldBytes = 0;
  #unread = 0;
  /** Approximate acceptance time of the oldest unread event. */
  #unreadSince = 0;
  /** Everything up to this sequence has been in memory. */
  #readSequence: number;
  #takenSequence: number;
  #readHint: ReadPosition | undefined;
  #listener: QueueListener | undefined;
  #totals: () => Totals;
  #fresh = 0;

  constructor(options: DiskQueueOptions) {
    this.#options = options;
    this.destinationId = options.destinationId;
    const { state, totals } = options.before;
    this.totalsBefore = totals;
    this.#totals = () => totals;
    this.#takenSequence = state.cursor - 1;
    this.#readSequence = this.#takenSequence;
  }

  listen(listener: QueueListener): void {
    this.#listener = listener;
    if (listener.totals !== undefined) this.#totals = () => listener.totals?.() ?? this.totalsBefore;
  }

  /** Returns the totals to record with `ackState`. */
  settlement(): Settlement {
    return { state: this.ackState(), totals: this.#totals() };
  }

  oldestAcceptedAt(): number | undefined {
    const requeued = this.#requeued[0];
    if (requeued !== undefined) return requeued.acceptedAt;
    const held = this.#held[this.#heldHead];
    if (held !== undefined) return held.records[held.from]?.acceptedAt;
    return this.#unread > 0 ? this.#unreadSince : undefined;
  }

  take(maxEvents: number): AcceptedEvent[] {
    const { memory, fill } = this.#options;
    const inMemory = this.#requeued.length + this.#heldEvents;
    if (inMemory < maxEvents && this.wantsMore) {
      fill(this);
      return [];
    }
    const taken = this.#requeued.splice(0, maxEvents);
    memory.keep(this, -bytesOf(taken));
    while (taken.length < maxEvents) {
      const held = this.#held[this.#heldHead];
      if (held === undefined) break;
      const records = this.#takeFrom(held, maxEvents - taken.length);
      for (const record of records) taken.push(record);
    }
    this.waiting -= taken.length;
    if (this.#heldEvents + this.#requeued.length === 0) memory.forget(this);
    else memory.touch(this);
    if (this.#unread > 0 && this.#heldBytes * 2 < memory.share()) fill(this);
    return taken;
  }

  ack(records: readonly AcceptedEvent[]): void {
    if (records.length === 0) return;
    const { segments, onSettled } = this.#options;
    this.#ledger.settle(records, (pendingRange, events, bytes) => {
      this.size -= events;
      this.bytes -= bytes;
      segments.settle(pendingRange, events, bytes);
      if (pendingRange.events === 0) this.#forgetPendingRange(pendingRange);
    });
    onSettled(records.length);
  }

  requeue(records: readonly AcceptedEvent[]): void {
    if (records.length === 0) return;
    this.#requeued = [...records, ...this.#requeued];
    this.waiting += records.length;
    this.#options.memory.keep(this, bytesOf(records));
  }

  passOver(): void {
    this.#ledger.forgetRecords();
  }

  /** Returns the settlements by sequence. */
  ackState(): AckState {
    const { state: settledBefore } = this.#options.before;
    const cursor = this.#ledger.firstUnsettled ?? Math.max(this.#takenSequence + 1, settledBefore.cursor);
    const ranges = [...settledBefore.ranges.filter(([, last]) => last >= cursor), ...this.#ledger.settledRanges()];
    return { cursor, ranges: ranges.toSorted((a, b) => a[0] - b[0]) };
  }

  // Called by the store

  /** Takes over events of an earlier process, in order. */
  restore(pendingRanges: readonly PendingRange[]): void {
    for (const pendingRange of pendingRanges) {
      this.#pendingRanges.push(pendingRange);
      this.#unread += pendingRange.unread;
      this.size += pendingRange.events;
      this.waiting += pendingRange.unread;
      this.bytes += pendingRange.bytes;
    }
    this.#unreadSince = pendingRanges[0]?.oldestAt ?? 0;
  }

  /** Adds a frame that is safe on disk. `tell` follows once all queues have theirs. */
  push(cachedFrame: CachedFrame, extent: Extent): void {
    const { segments, memory } = this.#options;
    const { events, bytes, lastSequence } = extent;
    const pendingRange = this.#openPendingRange(cachedFrame, extent);
    pendingRange.lastSequence = lastSequence;
    segments.add(pendingRange, events, bytes);
    this.size += events;
    this.waiting += events;
    this.bytes += bytes;
    this.#fresh += events;
    if (this.#unread === 0 && this.#heldBytes < memory.share()) {
      this.#hold(cachedFrame, pendingRange, cachedFrame.records);
      return;
    }
    if (this.#unread === 0) {
      this.#unreadSince = extent.oldestAt;
      this.#readHint = { pendingRange, offset: cachedFrame.offset };
    }
    pendingRange.unread += events;
    this.#unread += events;
  }

  notify(): void {
    if (this.#fresh === 0) return;
    const fresh = this.#fresh;
    this.#fresh = 0;
    this.#listener?.appended(fresh);
  }

  // Called by the reader

  /** Whether there are events on disk and memory for them. */
  get wantsMore(): boolean {
    return this.#unread > 0 && this.#heldBytes < this.#options.memory.share();
  }

  nextUnread(): ReadPosition | undefined {
    const pendingRange = this.#pendingRanges.find(({ unread }) => unread > 0);
    if (pendingRange === undefined) return undefined;
    return this.#readHint?.pendingRange === pendingRange
      ? this.#readHint
      : { pendingRange, offset: pendingRange.offset };
  }

  readUpTo(position: ReadPosition): void {
    this.#readHint = position;
  }

  /** Takes the events of a read frame that this queue has not had yet. */
  receive(pendingRange: PendingRange, cachedFrame: CachedFrame): void {
    const { state: settledBefore } = this.#options.before;
    // The ledger knows an event that was taken, requeued and evicted, and one that is settled.
    const isOpen = (record: AcceptedEvent) =>
      record.sequence > this.#readSequence &&
      (record.sequence > this.#takenSequence
        ? !isSettled(settledBefore, record.sequence)
        : this.#ledger.pendingRangeOf(record) !== undefined);
    const records = cachedFrame.records.every(isOpen) ? cachedFrame.records : cachedFrame.records.filter(isOpen);
    if (records.length === 0) return;
    this.#hold(cachedFrame, pendingRange, records);
    pendingRange.unread -= records.length;
    this.#unread -= records.length;
    this.#unreadSince = records.at(-1)?.acceptedAt ?? this.#unreadSince;
  }

  /** Handles a pending range whose rest is missing. */
  lose(pendingRange: PendingRange): void {
    const events = pendingRange.unread;
    const bytes =
      events === pendingRange.events
        ? pendingRange.bytes
        : Math.round((pendingRange.bytes / pendingRange.events) * events);
    pendingRange.unread = 0;
    this.#unread -= events;
    this.waiting -= events;
    this.size -= events;
    this.bytes -= bytes;
    this.#options.segments.settle(pendingRange, events, bytes);
    if (pendingRange.events === 0) this.#forgetPendingRange(pendingRange);
    this.#listener?.lost(events);
  }

  /** Notes that more can be taken. */
  loaded(): void {
    this.#listener?.ready();
  }

  // Memory and backlog

  evict(): void {
    this.#evictHeld();
    // Events under way may come back, and would then be out of order.
    if (this.#ledger.unsettled === this.#requeued.length) this.#evictRequeued();
  }

  #evictRequeued(): void {
    const [first] = this.#requeued.toSorted((a, b) => a.sequence - b.sequence);
    if (first === undefined) return;
    for (const record of this.#requeued) {
      const pendingRange = this.#ledger.pendingRangeOf(record);
      if (pendingRange !== undefined) pendingRange.unread++;
    }
    this.#unread += this.#requeued.length;
    this.#unreadSince = first.acceptedAt;
    this.#readSequence = first.sequence - 1;
    this.#readHint = undefined;
    this.#options.memory.keep(this, -bytesOf(this.#requeued));
    this.#options.memory.forget(this);
    this.#requeued = [];
    this.#ledger.forgetRecords();
    this.epoch++;
  }

  #evictHeld(): void {
    const first = this.#held[this.#heldHead];
    const firstRecord = first?.records[first.from];
    if (first === undefined || firstRecord === undefined) return;
    for (let index = this.#heldHead; index < this.#held.length; index++) {
      const held = this.#held[index];
      if (held === undefined) break;
      held.pendingRange.unread += held.records.length - held.from;
      this.#options.memory.drop(held.cachedFrame);
    }
    this.#unread += this.#heldEvents;
    this.#unreadSince = firstRecord.acceptedAt;
    this.#readSequence = firstRecord.sequence - 1;
    const { pendingRange, cachedFrame } = first;
    this.#readHint =
      cachedFrame.segment === pendingRange.segment ? { pendingRange, offset: cachedFrame.offset } : undefined;
    this.#held = [];
    this.#heldHead = 0;
    this.#heldEvents = 0;
    this.#heldBytes = 0;
    this.epoch++;
  }

  /** Notes that a pending range was moved to another file. */
  moved(pendingRange: PendingRange, target: Segment, offset: number, end: number): void {
    this.#options.segments.move(pendingRange, target, offset, end);
    if (this.#readHint?.pendingRange === pendingRange) this.#readHint = undefined;
    this.epoch++;
  }

  #openPendingRange(cachedFrame: CachedFrame, extent: Extent): PendingRange {
    const last = this.#pendingRanges.at(-1);
    if (last?.segment === cachedFrame.segment) return last;
    const pendingRange = newPendingRange(this.destinationId, cachedFrame.segment, cachedFrame.offset, extent);
    this.#pendingRanges.push(pendingRange);
    return pendingRange;
  }

  #forgetPendingRange(pendingRange: PendingRange): void {
    const at = this.#pendingRanges.indexOf(pendingRange);
    if (at >= 0) this.#pendingRanges.splice(at, 1);
    if (this.#readHint?.pendingRange === pendingRange) this.#readHint = undefined;
  }

  #hold(cachedFrame: CachedFrame, pendingRange: PendingRange, records: readonly AcceptedEvent[]): void {
    this.#options.memory.hold(this, cachedFrame);
    this.#held.push({ cachedFrame, pendingRange, records, from: 0 });
    this.#heldEvents += records.length;
    this.#heldBytes += cachedFrame.bytes;
    this.#readSequence = records.at(-1)?.sequence ?? this.#readSequence;
  }

  #takeFrom(held: Held, most: number): readonly AcceptedEvent[] {
    const { records, from, cachedFrame, pendingRange } = held;
    const to = Math.min(records.length, from + most);
    const taken = from === 0 && to === records.length ? records : records.slice(from, to);
    const fresh = taken.findIndex(({ sequence }) => sequence > this.#takenSequence);
    if (fresh >= 0) {
      this.#ledger.add(pendingRange, fresh === 0 ? taken : taken.slice(fresh));
      this.#takenSequence = taken.at(-1)?.sequence ?? this.#takenSequence;
    }
    this.#heldEvents -= taken.length;
    held.from = to;
    if (to === records.length) {
      this.#heldBytes -= cachedFrame.bytes;
      this.#options.memory.drop(cachedFrame);
      this.#held[this.#heldHead++] = undefined;
      if (this.#heldHead * 2 > this.#held.length) {
        this.#held.splice(0, this.#heldHead);
        this.#heldHead = 0;
      }
    }
    return taken;
  }
}

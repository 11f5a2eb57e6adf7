import type { Fate, Totals } from "@arbitex/core/host";
import type { Cursor, PositionRange } from "./cursor-store.ts";
import { offsetOf, positionOf } from "./position.ts";

/** What a destination has of one owned partition. */
export class Subscription {
  readonly destinationId: string;
  /** Events counted and not settled. */
  queued: number;
  /** Events taken from the queue and not settled. */
  taken = 0;
  #behindFrom: number | undefined;
  /** Those of the partition with events to read again. */
  readonly #behind: Set<Subscription>;
  #settledTo: number;
  #countedTo: number;
  /** Positions of events in memory that are not settled, ascending. */
  readonly #loaded = new Set<number>();
  /** Positions before `settledTo` that an earlier owner left unsettled and that are not in memory yet, ascending. */
  #left: PositionRange[];
  readonly #totals: { -readonly [fate in keyof Totals]: number };

  constructor({ destinationId, settledTo, unsettled, countedTo, queued, totals }: Cursor, behind: Set<Subscription>) {
    this.#behind = behind;
    this.destinationId = destinationId;
    this.queued = queued;
    this.#settledTo = settledTo;
    this.#countedTo = countedTo;
    this.#left = [...unsettled];
    this.#totals = { ...totals };
    if (queued > 0) this.readFrom(offsetOf(Math.min(settledTo, unsettled[0]?.[0] ?? settledTo)));
  }

  /** Offset to read on from while not all its events are in memory; undefined when all are. */
  get behindFrom(): number | undefined {
    return this.#behindFrom;
  }

  /** Sets where to read on. */
  readFrom(offset: number): void {
    this.#behindFrom = offset;
    this.#behind.add(this);
  }

  get loaded(): number {
    return this.#loaded.size;
  }

  /** Offset of the first message with waiting or taken events; infinite if nothing waits. */
  get unsettledFrom(): number {
    if (this.queued === this.taken) return Number.POSITIVE_INFINITY;
    const [first = Number.POSITIVE_INFINITY] = this.#loaded;
    return Math.min(this.#behindFrom ?? Number.POSITIVE_INFINITY, offsetOf(first));
  }

  /** First offset whose events may not be counted yet. */
  get countedTo(): number {
    return this.#countedTo;
  }

  /** Counts the events of a message. Returns false if they were counted before. */
  count(offset: number, events: number): boolean {
    if (offset < this.#countedTo) return false;
    this.#countedTo = offset + 1;
    this.queued += events;
    return true;
  }

  /** Returns whether an event is neither settled nor in memory. */
  wants(position: number): boolean {
    if (position >= this.#settledTo) return !this.#loaded.has(position);
    return this.#left.some(([first, last]) => first <= position && position <= last);
  }

  /** Notes that an event is in memory. Events come in ascending order. */
  load(position: number): void {
    this.#loaded.add(position);
    while (this.#left[0] !== undefined && this.#left[0][0] <= position) {
      const [, last] = this.#left[0];
      if (last > position) {
        this.#left[0] = [position + 1, last];
        return;
      }
      this.#left.shift();
    }
  }

  /** Takes an event out of memory, to be read again. Returns false for one that has settled events behind it. */
  unload(position: number): boolean {
    if (position < this.#settledTo) return false;
    this.#loaded.delete(position);
    this.readFrom(Math.min(this.#behindFrom ?? Number.POSITIVE_INFINITY, offsetOf(position)));
    return true;
  }

  /** Notes that the partition ends earlier than it did. What comes at those offsets is new. */
  truncate(offset: number): void {
    this.#settledTo = Math.min(this.#settledTo, positionOf(offset, 0));
    this.#countedTo = Math.min(this.#countedTo, offset);
  }

  settle(position: number, fate: Fate): void {
    if (!this.#loaded.delete(position)) return;
    this.queued--;
    this.#totals[fate]++;
    if (position >= this.#settledTo) this.#settledTo = position + 1;
  }

  /**
   * Notes that everything was read. Returns by how many events the count was too high: the cluster no longer has them.
   * Below zero it was too low, since an older record had been written over a newer one.
   */
  caughtUp(): number {
    this.#behindFrom = undefined;
    this.#behind.delete(this);
    this.#left = [];
    const lost = this.queued - this.#loaded.size;
    if (lost > 0) this.#totals.unreadable += lost;
    this.queued = this.#loaded.size;
    return lost;
  }

  cursor(): Cursor {
    const unsettled: [number, number][] = [];
    for (const position of this.#loaded) {
      if (position >= this.#settledTo) break;
      const last = unsettled.at(-1);
      if (last !== undefined && last[1] + 1 === position) last[1] = position;
      else unsettled.push([position, position]);
    }
    const { destinationId, queued } = this;
    return {
      destinationId,
      settledTo: this.#settledTo,
      unsettled: [...unsettled, ...this.#left],
      countedTo: this.#countedTo,
      queued,
      totals: { ...this.#totals },
    };
  }
}

import type { NewDeadLetter } from "./dead-letter-writer.ts";
import type { SubBatch } from "./sub-batch.ts";
import { halvesOf } from "./sub-batch.ts";
import type { TakenBatch } from "./taken-batches.ts";

/** Results of a destination so far, as far as doubts depend on them. */
export interface Progress {
  /** Number of attempts that delivered anything. */
  readonly deliveries: number;
  /** Number of lone events that failed first and were then delivered: failures pass by themselves. */
  readonly recoveries: number;
}

/** A turn: an attempt, or a settlement without one. */
export type Turn =
  | SubBatchTurn
  /** Only events refused by a status alone are left, and nothing shows whether they are bad. */
  | { readonly kind: "all refused" }
  /** The destination did not take them within the hold time. */
  | {
      readonly kind: "expired";
      readonly deadLetters: readonly NewDeadLetter[];
      /** Whether it is one event that held back later ones. */
      readonly isAlone: boolean;
      readonly batch: TakenBatch;
    }
  | BrokenOff;

/** An unexpected error. `subBatch` is the affected one, which is not settled. */
export interface BrokenOff {
  readonly kind: "broken off";
  readonly error: unknown;
  readonly subBatch: SubBatch | undefined;
}

/** What to do with a sub-batch. */
export type SubBatchTurn =
  | { readonly kind: "send"; readonly subBatch: SubBatch }
  /** Its retries are used up and nothing else passed. */
  | { readonly kind: "spent"; readonly subBatch: SubBatch }
  /** A status alone refused it, others passed, and resending it would overtake. */
  | { readonly kind: "refused"; readonly subBatch: SubBatch };

/** Sub-batches to send, and those that wait separately. */
export class Workload {
  readonly #ordered: boolean;
  #pending: SubBatch[] = [];
  #aside: { readonly subBatch: SubBatch; readonly dueAt: number }[] = [];
  /** Number of events. */
  size = 0;

  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  /** Adds sub-batches before all others, in this order. */
  unshift(subBatches: readonly SubBatch[]): void {
    if (subBatches.length === 0) return;
    this.#pending.unshift(...subBatches);
    for (const { records } of subBatches) this.size += records.length;
  }

  /** Adds a sub-batch after all others. */
  push(subBatch: SubBatch): void {
    this.#pending.push(subBatch);
    this.size += subBatch.records.length;
  }

  putAside(subBatch: SubBatch, dueAt: number): void {
    this.#aside.push({ subBatch, dueAt });
    this.size += subBatch.records.length;
  }

  /** Number of batches with events to send, without those that wait separately. */
  get batches(): number {
    return this.#pending.length === 0 ? 0 : new Set(this.#pending.map(({ batch }) => batch)).size;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Whether every sub-batch to send has failed before. */
  get isDoubtful(): boolean {
    return this.#pending.every(({ doubt }) => doubt !== undefined);
  }

  /** Whether every sub-batch to send was refused by a status alone. */
  get isRefused(): boolean {
    return this.#pending.every(({ doubt }) => doubt?.kind === "refused");
  }

  get aside(): number {
    return this.#aside.length;
  }

  /** When the first separately waiting sub-batch is due. */
  get dueAt(): number | undefined {
    let first: number | undefined;
    for (const { dueAt } of this.#aside) first = Math.min(first ?? dueAt, dueAt);
    return first;
  }

  /** Ends all separate waits. */
  hurry(): void {
    for (const { subBatch } of this.#aside) this.#pending.push(subBatch);
    this.#aside = [];
  }

  /**
   * Returns what to do next; undefined if others must go first. Doubtful sub-batches wait while `hasOthers`, since a
   * new batch may show the cause.
   */
  next(now: number, progress: Progress, hasOthers: boolean): SubBatchTurn | undefined {
    const due = this.#takeDue(now);
    if (due !== undefined) return { kind: "send", subBatch: due };
    const position = this.#pending.findIndex((subBatch) => this.#isReady(subBatch, progress, hasOthers));
    if (position === -1 || (this.#ordered && !this.#mayOvertake(position))) return undefined;
    const [subBatch] = this.#pending.splice(position, 1);
    if (subBatch === undefined) return undefined;
    this.size -= subBatch.records.length;
    return this.#turnOf(subBatch, progress);
  }

  /** Removes and returns all sub-batches. */
  takeAll(): readonly SubBatch[] {
    const all = [...this.#pending, ...this.#aside.map(({ subBatch }) => subBatch)];
    this.#pending = [];
    this.#aside = [];
    this.size = 0;
    return all;
  }

  #takeDue(now: number): SubBatch | undefined {
    if (this.#aside.length === 0) return undefined;
    const position = this.#aside.findIndex(({ dueAt }) => dueAt <= now);
    const [due] = position === -1 ? [] : this.#aside.splice(position, 1);
    if (due !== undefined) this.size -= due.subBatch.records.length;
    return due?.subBatch;
  }

  #isReady({ doubt }: SubBatch, { deliveries }: Progress, hasOthers: boolean): boolean {
    if (doubt === undefined || doubt.kind === "failed" || deliveries > doubt.deliveries) return true;
    // A refused lone event is not resent before others pass.
    return doubt.kind !== "refused" && !hasOthers;
  }

  /** Returns whether only refused events would be overtaken: if that succeeds, they are not resent. */
  #mayOvertake(position: number): boolean {
    return this.#pending.slice(0, position).every(({ doubt }) => doubt?.kind === "refused");
  }

  #turnOf(subBatch: SubBatch, { deliveries }: Progress): SubBatchTurn {
    const { doubt, records } = subBatch;
    if (doubt === undefined) return { kind: "send", subBatch };
    const othersPass = deliveries > doubt.deliveries;
    if (doubt.kind !== "failed" && records.length > 1 && othersPass) {
      const [first = subBatch, ...rest] = halvesOf(subBatch);
      this.unshift(rest);
      return { kind: "send", subBatch: first };
    }
    if (doubt.kind === "exhausted" && !othersPass) return { kind: "spent", subBatch };
    if (doubt.kind === "refused" && this.#ordered) return { kind: "refused", subBatch };
    return { kind: "send", subBatch };
  }
}

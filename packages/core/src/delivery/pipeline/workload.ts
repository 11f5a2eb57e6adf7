import type { NewDeadLetter } from "./dead-letter-writer.ts";
import type { SubBatch } from "./sub-batch.ts";
import { halvesOf } from "./sub-batch.ts";
import type { TakenBatch } from "./taken-batches.ts";

/** What has happened to a destination's events so far, as far as doubts depend on it. */
export interface Progress {
  /** Attempts with which something was delivered. */
  readonly deliveries: number;
  /** Lone events that failed at first and were delivered then: failures pass there by themselves. */
  readonly recoveries: number;
}

/** What comes of a turn: something is sent, or events are settled without that. */
export type Turn =
  | SubBatchTurn
  /** Only events are left that a status alone has refused, and nothing shows whether they are bad. */
  | { readonly kind: "all refused" }
  /** The destination would not take them, and they were held for as long as they may be. */
  | {
      readonly kind: "expired";
      readonly deadLetters: readonly NewDeadLetter[];
      /** One event that held back those behind it. */
      readonly isAlone: boolean;
      readonly batch: TakenBatch;
    }
  | BrokenOff;

/** Something failed that must not. `subBatch` is what it was about, and was not settled by it. */
export interface BrokenOff {
  readonly kind: "broken off";
  readonly error: unknown;
  readonly subBatch: SubBatch | undefined;
}

/** What is to be done with a sub-batch whose turn it is. */
export type SubBatchTurn =
  | { readonly kind: "send"; readonly subBatch: SubBatch }
  /** Retries were used up, and nothing else has passed. */
  | { readonly kind: "spent"; readonly subBatch: SubBatch }
  /** A status alone refused it, something else has passed, and it cannot be sent any more without overtaking. */
  | { readonly kind: "refused"; readonly subBatch: SubBatch };

/** Sub-batches that were taken from the queue and are to be sent, and those that wait by themselves. */
export class Workload {
  readonly #ordered: boolean;
  #pending: SubBatch[] = [];
  #aside: { readonly subBatch: SubBatch; readonly dueAt: number }[] = [];
  /** Events in it. */
  size = 0;

  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  /** Before all others, in this order. */
  unshift(subBatches: readonly SubBatch[]): void {
    if (subBatches.length === 0) return;
    this.#pending.unshift(...subBatches);
    for (const { records } of subBatches) this.size += records.length;
  }

  /** After what else there is to send. */
  push(subBatch: SubBatch): void {
    this.#pending.push(subBatch);
    this.size += subBatch.records.length;
  }

  putAside(subBatch: SubBatch, dueAt: number): void {
    this.#aside.push({ subBatch, dueAt });
    this.size += subBatch.records.length;
  }

  /** Batches of which something is to be sent. Those that wait by themselves do not count. */
  get batches(): number {
    return this.#pending.length === 0 ? 0 : new Set(this.#pending.map(({ batch }) => batch)).size;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Every sub-batch that is to be sent has failed before. */
  get isDoubtful(): boolean {
    return this.#pending.every(({ doubt }) => doubt !== undefined);
  }

  /** Every sub-batch that is to be sent was refused by a status alone. */
  get isRefused(): boolean {
    return this.#pending.every(({ doubt }) => doubt?.kind === "refused");
  }

  get aside(): number {
    return this.#aside.length;
  }

  /** When the first of those that wait by themselves is due. */
  get dueAt(): number | undefined {
    let first: number | undefined;
    for (const { dueAt } of this.#aside) first = Math.min(first ?? dueAt, dueAt);
    return first;
  }

  /** From now on nothing waits by itself. */
  hurry(): void {
    for (const { subBatch } of this.#aside) this.#pending.push(subBatch);
    this.#aside = [];
  }

  /**
   * What is to be done next; undefined when there is nothing before others have had their turn. What is doubtful waits
   * where `hasOthers`: a batch from the queue may show whose fault it was.
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

  /** All of it, which is then not in it any more. */
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
    // A lone event that was refused is not sent again before something else has passed.
    return doubt.kind !== "refused" && !hasOthers;
  }

  /** Only events that were refused may be overtaken: when that succeeds they are not sent any more. */
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

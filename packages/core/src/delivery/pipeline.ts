// Longer than a page because it is the one place where permits, gate, circuit and the end of a destination decide together.
// How a batch is sent and settled is the sender's.
import { setMaxListeners } from "node:events";
import type { CheckReport } from "../connector/check-report.ts";
import { checkPassed } from "../connector/check-report.ts";
import type { Leaving } from "./burial.ts";
import type { CircuitState } from "./circuit.ts";
import { Circuit } from "./circuit.ts";
import { DeliveryHealth } from "./delivery-health.ts";
import type { DeliverySettings, EventFilter } from "./delivery-settings.ts";
import type { EventRecord } from "./event-record.ts";
import { untried } from "./piece.ts";
import type { PipelineStatus } from "./pipeline-status.ts";
import type { Queue } from "./queue-store.ts";
import { runCheck } from "./run-check.ts";
import { filtered } from "./select-events.ts";
import type { Ending, SenderOptions } from "./sender.ts";
import { Sender } from "./sender.ts";

export interface PipelineOptions extends SenderOptions {
  readonly filter: EventFilter;
  /** Called when the queue may have room again. */
  readonly onRoom: () => void;
}

/** Takes one destination's events from its queue and settles each of them, with one configuration. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #circuit: Circuit;
  readonly #health: DeliveryHealth;
  readonly #sender: Sender;
  readonly #concurrency: number;

  /** Ends attempts and probes. */
  readonly #stop = new AbortController();
  #permitsTaken = 0;
  #probing = false;
  #cancelTimer: (() => void) | undefined;
  /** The wait that the timer was set for is over, also when the machine's clock was set back meanwhile. */
  #timerFired = false;
  /** What is to be taken next is being read from the disk. */
  #awaitingRead = false;
  #flushing = false;
  #idleWaiters: (() => void)[] = [];

  constructor(options: PipelineOptions) {
    const { clock, delivery, logger, account } = options;
    this.#options = options;
    // Every attempt under way listens; a leak is what Node would suspect.
    setMaxListeners(0, this.#stop.signal);
    this.#health = new DeliveryHealth(logger, account);
    this.#circuit = new Circuit({ clock, logger, held: () => this.queue.size });
    this.#sender = new Sender(options, {
      circuit: this.#circuit,
      health: this.#health,
      stop: this.#stop.signal,
      isAlone: () => this.#permitsTaken === 1,
    });
    this.#concurrency = delivery.ordered ? 1 : delivery.concurrency;
  }

  get queue(): Queue {
    return this.#options.queue;
  }

  get delivery(): DeliverySettings {
    return this.#options.delivery;
  }

  /** Begins with what is in the queue already. */
  start(): void {
    if (this.queue.size > 0) this.#pump();
  }

  /** Events are in the queue. */
  appended(): void {
    // Most calls end here: a timer is set already, and the batch is not full yet.
    if (this.#cancelTimer !== undefined && this.queue.waiting < this.#options.delivery.batchSize) return;
    this.#pump();
  }

  /** What was on the disk only can be taken. */
  readyToTake(): void {
    if (!this.#awaitingRead) return;
    this.#awaitingRead = false;
    this.#pump();
  }

  lost(count: number): void {
    this.#options.logger.error({ count }, "events are lost: the disk does not give them back");
    this.#notifyIdle();
  }

  /** Events that never reached the queue, because it was full. */
  async overflowed(records: readonly EventRecord[]): Promise<void> {
    const { filter, account, bury } = this.#options;
    const { wanted, unwanted } = filtered(records, filter);
    const leaving = wanted.map((record): Leaving => {
      return { record, stage: "overflow", reason: "queue full", history: untried };
    });
    await bury(leaving, () => {
      account.counts.filtered += unwanted.length;
      account.counts.accepted += records.length;
    });
  }

  /** True when nothing moves until a person or time helps. */
  get isStuck(): boolean {
    return !this.#circuit.isClosed;
  }

  status(): PipelineStatus {
    const { queue, clock, account, delivery } = this.#options;
    const oldest = queue.oldestAcceptedAt();
    return {
      counts: structuredClone(account.counts),
      queued: queue.size,
      queueBytes: queue.bytes,
      isFull: queue.size >= delivery.maxQueuedEvents || queue.bytes >= delivery.maxQueuedBytes,
      oldestEventAgeMs: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest),
      sendSeconds: account.sendSeconds.snapshot(),
      lastDeliveryAt: account.lastDeliveryAt,
      lastError: this.#health.lastError,
      ...this.#health.status(this.#circuit.state),
    };
  }

  /** From now on batches go out unfilled. Resolves when every event is settled, or nothing moves any more. */
  settled(): Promise<void> {
    this.#flushing = true;
    this.#pump();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#notifyIdle();
    });
  }

  /** Runs the sink's check, whatever the state. */
  check(): Promise<CheckReport> {
    return runCheck(this.#options.carrier, this.#stop.signal);
  }

  /** Settles what is held with single attempts, until it is done, stuck, or `deadlineMs` have passed. */
  drain(deadlineMs: number): Promise<void> {
    return this.#end("drain", deadlineMs);
  }

  /** Takes no more. Attempts under way have `graceMs` to come to their end. */
  handOver(graceMs: number): Promise<void> {
    return this.#end("hand over", graceMs);
  }

  /** Gives up the attempts that are under way while it ends. */
  abort(): void {
    this.#stop.abort();
    this.#notifyIdle();
  }

  async #end(ending: Ending, deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#sender.end(ending);
    this.#circuit.drain();
    const cancelDeadline = clock.after(deadlineMs, () => this.abort());
    if (deadlineMs <= 0) this.#stop.abort();
    await this.settled();
    cancelDeadline();
    this.#stop.abort();
    this.#setTimer(undefined);
    this.#sender.returnAll();
  }

  // Taking permits

  #pump(): void {
    while (this.#permitsTaken < this.#concurrency && this.#mayTake()) {
      const isProbe = !this.#circuit.isClosed;
      const wanted = this.#takeWanted();
      if (wanted === undefined) {
        this.#awaitingRead = true;
        break;
      }
      if (wanted.length === 0) continue;
      this.#permitsTaken++;
      void this.#sender.deliver(this.#sender.batchOf(wanted)).finally(() => {
        this.#permitsTaken--;
        this.#pump();
      });
      if (isProbe) break;
    }
    this.#armTimer();
    this.#notifyIdle();
  }

  #mayTake(): boolean {
    const { queue, delivery } = this.#options;
    if (queue.waiting === 0 || this.#awaitingRead || this.#stop.signal.aborted) return false;
    if (this.#sender.ending === "hand over") return false;
    const { state } = this.#circuit;
    if (state.kind !== "closed") return !this.#isEnding && this.#permitsTaken === 0 && this.#mayProbe(state);
    if (this.#flushing || queue.waiting >= delivery.batchSize) return true;
    return this.#timerFired || this.#flushWait() <= 0;
  }

  /** A suspended destination is probed with its check first, where it has one; then a single batch is the probe. */
  #mayProbe(state: Exclude<CircuitState, { kind: "closed" }>): boolean {
    if (!this.#circuit.isProbeDue || this.#probing) return false;
    this.#circuit.probed();
    if (state.kind === "open" || state.probe === "batch" || this.#options.carrier.check === undefined) return true;
    void this.#probe();
    return false;
  }

  async #probe(): Promise<void> {
    this.#probing = true;
    const report = await this.check();
    this.#probing = false;
    if (this.#isEnding) return;
    const failed = report.steps.find((step) => step.status === "failed");
    if (checkPassed(report)) this.#circuit.checked();
    else this.#circuit.suspend(failed?.detail ?? "check failed", failed?.fix);
    this.#pump();
  }

  #armTimer(): void {
    const { queue, clock, delivery } = this.#options;
    const oldest = queue.oldestAcceptedAt();
    if (oldest === undefined || this.#isEnding || this.#awaitingRead) return this.#setTimer(undefined);
    const { state } = this.#circuit;
    if (state.kind === "closed") {
      // With every permit taken, the one that comes back looks at the queue.
      return this.#setTimer(this.#permitsTaken < this.#concurrency ? this.#flushWait() : undefined);
    }
    if (this.#probing || this.#permitsTaken > 0) return this.#setTimer(undefined);
    const expiresIn = Math.max(oldest + delivery.holdForMs - clock.now(), this.#sender.burialRetryAt - clock.elapsed());
    if (expiresIn <= 0) void this.#expire();
    else this.#setTimer(Math.min(state.probeAt - clock.elapsed(), expiresIn));
  }

  /** How long until the oldest event has waited enough. A clock that was set back makes nobody wait longer. */
  #flushWait(): number {
    const { queue, clock, delivery } = this.#options;
    const waited = clock.now() - (queue.oldestAcceptedAt() ?? 0);
    return Math.min(delivery.flushIntervalMs, delivery.flushIntervalMs - waited);
  }

  #setTimer(waitMs: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (waitMs === undefined) return;
    this.#cancelTimer = this.#options.clock.after(waitMs, () => {
      this.#cancelTimer = undefined;
      this.#timerFired = true;
      this.#pump();
      this.#timerFired = false;
    });
  }

  #notifyIdle(): void {
    const { queue, onRoom } = this.#options;
    onRoom();
    const takesNoMore = this.#sender.ending === "hand over" || this.#stop.signal.aborted;
    const finished = queue.size === this.#sender.returning || this.isStuck || takesNoMore;
    // A probe may take its time; what comes to its end does not wait for it.
    if (!finished || this.#permitsTaken > 0 || (this.#probing && !this.#isEnding)) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.#flushing = this.#isEnding;
  }

  get #isEnding(): boolean {
    return this.#sender.ending !== undefined;
  }

  /** The next events that the filter lets through; undefined while they are being read from the disk. */
  #takeWanted(): readonly EventRecord[] | undefined {
    const { queue, delivery } = this.#options;
    const taken = queue.take(delivery.batchSize);
    return taken.length === 0 ? undefined : this.#wanted(taken);
  }

  /** Taken events without those that the filter leaves out, which are settled with this. */
  #wanted(taken: readonly EventRecord[]): readonly EventRecord[] {
    const { queue, filter, account } = this.#options;
    const { wanted, unwanted } = filtered(taken, filter);
    queue.ack(unwanted);
    account.counts.filtered += unwanted.length;
    return wanted;
  }

  async #expire(): Promise<void> {
    const { queue, clock, delivery } = this.#options;
    const taken = queue.take(1000);
    if (taken.length === 0) {
      this.#awaitingRead = true;
      return;
    }
    this.#permitsTaken++;
    const limit = clock.now() - delivery.holdForMs;
    const fresh = taken.filter((record) => record.acceptedAt > limit);
    queue.release(fresh);
    const expired = this.#wanted(taken.filter((record) => record.acceptedAt <= limit));
    const reason = `held for longer than ${Math.round(delivery.holdForMs / 1000)} s: ${this.#health.lastError ?? "never delivered"}`;
    const leaving = expired.map((record): Leaving => {
      return { record, stage: "expired", reason, history: this.#sender.historyOf(record) };
    });
    await this.#sender.bury(leaving, this.#sender.batchOf(expired));
    this.#permitsTaken--;
    this.#pump();
  }
}

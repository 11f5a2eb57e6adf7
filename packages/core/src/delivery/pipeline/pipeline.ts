// Longer than a page because it is the one place where permits, circuit and the end of a destination decide what is sent
// next. One way through: a sub-batch is taken here, `transmit` makes an attempt with it, and the settler settles its events.
import { setMaxListeners } from "node:events";
import type { CheckReport } from "../../connector/check-report.ts";
import { checkPassed } from "../../connector/check-report.ts";
import type { NewDeadLetter } from "./dead-letter-writer.ts";
import { BatchWindow } from "./batch-window.ts";
import type { Transmitter } from "../transmit/transmitter.ts";
import { Circuit } from "./circuit.ts";
import { holdOf, isSending } from "./circuit-state.ts";
import { DeliveryHealth } from "./delivery-health.ts";
import type { DeliverySettings, EventFilter } from "../delivery-settings.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { LearnedLimit } from "./learned-limit.ts";
import type { SubBatch } from "./sub-batch.ts";
import { freshSubBatch, untried } from "./sub-batch.ts";
import type { PipelineStatus } from "./pipeline-status.ts";
import type { Queue } from "../queue/queue-store.ts";
import { runCheck } from "../transmit/run-check.ts";
import { filtered } from "../transmit/select-events.ts";
import type { Ending, SettlerOptions } from "./settler.ts";
import { Settler } from "./settler.ts";
import type { TakenBatch } from "./taken-batches.ts";
import type { Transmitted } from "./transmit.ts";
import { createTransmit } from "./transmit.ts";
import { Workload } from "./workload.ts";

export interface PipelineOptions extends SettlerOptions {
  readonly transmitter: Pick<Transmitter, "transmit" | "check">;
  readonly filter: EventFilter;
  /** Called when the queue may have capacity again. */
  readonly onCapacity: () => void;
}

/** So many events may wait by themselves because they fail while others pass. With more, no batch is taken. */
const MOST_ASIDE = 1000;
/** Where order is kept, so many events that fail are expired each by itself, and the next one probes. */
const MOST_EXPIRED_ALONE = 3;
/** Events are dead-lettered as expired in parts of so many. */
const EXPIRED_AT_A_TIME = 1000;

/** Takes one destination's events from its queue and settles each of them, with one configuration. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #circuit: Circuit;
  readonly #health: DeliveryHealth;
  readonly #workload: Workload;
  readonly #limit = new LearnedLimit();
  readonly #window: BatchWindow;
  readonly #transmit: (subBatch: SubBatch) => Promise<Transmitted>;
  readonly #settler: Settler;
  readonly #concurrency: number;

  /** Ends attempts and probes. */
  readonly #stop = new AbortController();
  #permitsTaken = 0;
  #isChecking = false;
  #isExpiring = false;
  #expiredAlone = 0;
  #turn = 0;
  #cancelTimer: (() => void) | undefined;
  /** A timer is set after which what waits now is looked at. */
  #isFlushSet = false;
  /** The oldest event has waited for the flush interval, also when the machine's clock was set back meanwhile. */
  #timerFired = false;
  /** What is to be taken next is being read from the disk. */
  #awaitingRead = false;
  #flushing = false;
  #idleWaiters: (() => void)[] = [];

  constructor(options: PipelineOptions) {
    const { clock, transmitter, delivery, logger, account } = options;
    this.#options = options;
    // Every attempt under way listens; a leak is what Node would suspect.
    setMaxListeners(0, this.#stop.signal);
    this.#health = new DeliveryHealth(clock.now());
    this.#circuit = new Circuit({
      clock,
      logger,
      ordered: delivery.ordered,
      held: () => this.queue.size,
      lastError: () => this.#health.lastError,
    });
    this.#workload = new Workload(delivery.ordered);
    this.#window = new BatchWindow(delivery.batchSize);
    this.#transmit = createTransmit({ transmitter, account, clock, limit: this.#limit, stop: this.#stop.signal });
    this.#settler = new Settler(options, {
      circuit: this.#circuit,
      health: this.#health,
      limit: this.#limit,
      window: this.#window,
      workload: this.#workload,
      hasOthers: () => this.#hasOthers(1),
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
    if (this.#isFlushSet && this.queue.waiting < this.#options.delivery.batchSize) return;
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
  async overflowed(records: readonly AcceptedEvent[]): Promise<void> {
    const { filter, account, writeDeadLetters } = this.#options;
    const { wanted, unwanted } = filtered(records, filter);
    const deadLetters = wanted.map((record): NewDeadLetter => {
      return { record, stage: "overflow", reason: "queue full", history: untried };
    });
    await writeDeadLetters(deadLetters, () => {
      account.counts.filtered += unwanted.length;
      account.counts.accepted += records.length;
    });
  }

  /** True when nothing moves until a person or time helps. */
  get isStuck(): boolean {
    return !this.#circuit.isSending;
  }

  status(): PipelineStatus {
    const { queue, clock, account, delivery } = this.#options;
    const oldest = queue.oldestAcceptedAt();
    return {
      counts: structuredClone(account.counts),
      before: account.before,
      queued: queue.size,
      underWay: queue.size - queue.waiting,
      queueBytes: queue.bytes,
      isFull: queue.size >= delivery.maxQueuedEvents || queue.bytes >= delivery.maxQueuedBytes,
      oldestEventAgeMs: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest),
      sendSeconds: account.sendSeconds.snapshot(),
      lastDeliveryAt: account.lastDeliveryAt,
      lastError: this.#health.lastError,
      learnedBatchBytes: this.#limit.bytes,
      ...this.#health.status(this.#circuit.state, this.#workload.aside),
      healthSince: this.#health.since,
      nextAttemptAt: this.#nextAttemptAt(),
    };
  }

  #nextAttemptAt(): number | undefined {
    const { queue, clock } = this.#options;
    const { state } = this.#circuit;
    const at = state.kind === "backing off" ? state.until : holdOf(state)?.probeAt;
    if (at === undefined || queue.size === 0 || this.#isEnding) return undefined;
    return clock.now() + Math.max(0, at - clock.elapsed());
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
    return runCheck(this.#options.transmitter, this.#stop.signal);
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
    this.#settler.ending = ending;
    this.#workload.hurry();
    const cancelDeadline = clock.after(deadlineMs, () => this.abort());
    if (deadlineMs <= 0) this.#stop.abort();
    await this.settled();
    cancelDeadline();
    this.#stop.abort();
    this.#setTimer(undefined);
    this.#settler.returnAll();
  }

  // Taking: what is sent next

  #pump(): void {
    while (this.#permitsTaken < this.#concurrency) {
      const subBatch = this.#nextSubBatch();
      if (subBatch === undefined) break;
      void this.#run(subBatch);
    }
    this.#giveUpDoubts();
    this.#health.note(this.#circuit.state, this.#workload.aside, this.#options.clock.now());
    this.#armTimer();
    this.#notifyIdle();
  }

  /** With a permit: one attempt, and what comes of it. Never rejects. */
  async #run(subBatch: SubBatch): Promise<void> {
    this.#permitsTaken++;
    const before = this.#settler.progress;
    await this.#settler.settle(subBatch, () => this.#transmit(subBatch), before);
    this.#permitsTaken--;
    this.#afterProbe();
    this.#pump();
  }

  #nextSubBatch(): SubBatch | undefined {
    if (this.#stop.signal.aborted || this.#settler.ending === "hand over" || this.#isExpiring) return undefined;
    const { state } = this.#circuit;
    if (!isSending(state)) return this.#isEnding ? undefined : this.#nextProbe();
    const now = this.#options.clock.elapsed();
    if (state.kind === "backing off" && state.until > now && !this.#isEnding) return undefined;
    const turn = this.#workload.next(now, this.#settler.progress, this.#hasOthers(0));
    if (turn === undefined) return this.#mayTake() ? this.#take() : undefined;
    if (turn.kind === "send") return turn.subBatch;
    this.#withPermit(() => this.#settler.giveUp(turn));
    return undefined;
  }

  /** Whether something else than what is doubtful can be sent now, or is under way beside `own` attempts. */
  #hasOthers(own: number): boolean {
    return this.#permitsTaken > own || !this.#workload.isDoubtful || this.#mayTake();
  }

  /** A batch may be taken from the queue. */
  #mayTake(): boolean {
    const { queue, delivery } = this.#options;
    if (queue.waiting === 0 || this.#awaitingRead || this.#workload.aside >= MOST_ASIDE) return false;
    if (this.#workload.hasPending) {
      // What is behind may show whether those that failed are at fault; but not where it would overtake them.
      const { isDoubtful, batches } = this.#workload;
      const isTooMuch = isDoubtful ? batches > this.#concurrency : this.#permitsTaken + batches >= this.#concurrency;
      if (delivery.ordered || isTooMuch) return false;
    }
    if (this.#flushing || queue.waiting >= delivery.batchSize) return true;
    return this.#timerFired || this.#flushWait() <= 0;
  }

  /** The next events that the filter lets through; undefined when there are none, or while they are read from the disk. */
  #take(): SubBatch | undefined {
    const { queue } = this.#options;
    while (true) {
      const taken = queue.take(this.#window.events);
      if (taken.length === 0) {
        this.#awaitingRead = queue.waiting > 0;
        return undefined;
      }
      const wanted = this.#wanted(taken);
      if (wanted.length > 0) return freshSubBatch(this.#batchOf(wanted));
      if (!this.#mayTake()) return undefined;
    }
  }

  /** One event, from behind those that have failed as probes before. */
  #takeProbe(skip: number): SubBatch | undefined {
    const { queue } = this.#options;
    const taken = queue.take(skip + 1);
    if (taken.length === 0 && queue.waiting > 0) {
      this.#awaitingRead = true;
      return undefined;
    }
    const wanted = this.#wanted(taken);
    const probe = wanted.length > skip || skip === 0 ? wanted.at(-1) : undefined;
    queue.requeue(probe === undefined ? wanted : wanted.slice(0, -1));
    return probe && freshSubBatch(this.#batchOf([probe]));
  }

  #batchOf(records: readonly AcceptedEvent[]): TakenBatch {
    return { turn: this.#turn++, records };
  }

  /** Taken events without those that the filter leaves out, which are settled with this. */
  #wanted(taken: readonly AcceptedEvent[]): readonly AcceptedEvent[] {
    const { queue, filter, account } = this.#options;
    const { wanted, unwanted } = filtered(taken, filter);
    if (unwanted.length === 0) return wanted;
    queue.ack(unwanted);
    account.counts.filtered += unwanted.length;
    return wanted;
  }

  /** What is left when every attempt is over and all that remains was refused by a status alone. */
  #giveUpDoubts(): void {
    if (this.#permitsTaken > 0 || !this.#workload.hasPending || !this.#circuit.isSending || this.#isExpiring) return;
    if (this.#stop.signal.aborted || this.#settler.ending === "hand over") return;
    if (this.#workload.isRefused && !this.#mayTake()) this.#settler.suspendRefused();
  }

  /** Something other than an attempt that nothing may overtake. */
  #withPermit(work: () => Promise<void>): void {
    this.#permitsTaken++;
    void this.#settler.guarded(work).finally(() => {
      this.#permitsTaken--;
      this.#pump();
    });
  }

  // Probing: whether it works again

  #nextProbe(): SubBatch | undefined {
    const { queue, clock } = this.#options;
    if (this.#permitsTaken > 0 || queue.waiting === 0 || this.#awaitingRead || this.#isChecking) return undefined;
    const { state } = this.#circuit;
    const hold = holdOf(state);
    if (hold === undefined) return undefined;
    if (state.kind !== "probing") {
      if (clock.elapsed() < hold.probeAt) return undefined;
      if (hold.kind === "suspended" && hold.probe === "check") {
        this.#circuit.checking();
        if (this.#options.transmitter.check !== undefined) {
          void this.#probeByCheck();
          return undefined;
        }
      }
      this.#circuit.happened({ kind: "probe" });
    }
    const subBatch = this.#takeProbe(hold.skip);
    if (subBatch !== undefined || this.#awaitingRead) return subBatch;
    // All that waits has failed as a probe: from the head again, in the next round.
    this.#circuit.happened({ kind: "no more" });
    this.#afterProbe();
    return undefined;
  }

  async #probeByCheck(): Promise<void> {
    this.#isChecking = true;
    const report = await this.check();
    this.#isChecking = false;
    if (this.#isEnding) return this.#notifyIdle();
    const failed = report.steps.find((step) => step.status === "failed");
    if (checkPassed(report)) this.#circuit.happened({ kind: "checked" });
    else {
      const reason = failed?.detail ?? "check failed";
      this.#circuit.happened({ kind: "suspend", reason, fix: failed?.fix, probe: "check" });
      this.#afterProbe();
    }
    this.#pump();
  }

  /** An event is expired only when the destination would not take it now: after probes that failed. */
  #afterProbe(): void {
    const { state } = this.#circuit;
    if (isSending(state) || state.kind === "probing" || state.rounds === 0 || this.#isEnding || this.#isExpiring)
      return;
    const { queue, clock, delivery } = this.#options;
    const oldest = queue.oldestAcceptedAt();
    if (oldest === undefined || oldest + delivery.holdForMs > clock.now()) return;
    this.#isExpiring = true;
    this.#withPermit(async () => {
      await this.#expire();
      this.#isExpiring = false;
    });
  }

  async #expire(): Promise<void> {
    const { queue, clock, delivery, account } = this.#options;
    const limit = clock.now() - delivery.holdForMs;
    // Where order holds the others back behind events that fail, they are tried before they are expired too.
    const isAlone = delivery.ordered && this.#expiredAlone++ < MOST_EXPIRED_ALONE;
    const most = isAlone ? 1 : EXPIRED_AT_A_TIME;
    while (!this.#stop.signal.aborted) {
      const taken = queue.take(most);
      if (taken.length === 0) {
        this.#awaitingRead = queue.waiting > 0;
        return;
      }
      queue.requeue(taken.filter((record) => record.acceptedAt > limit));
      const expired = this.#wanted(taken.filter((record) => record.acceptedAt <= limit));
      const reason = `held for longer than ${Math.round(delivery.holdForMs / 1000)} s: ${this.#health.lastError ?? "never delivered"}`;
      const deadLetters = expired.map((record): NewDeadLetter => {
        return { record, stage: "expired", reason, history: account.attempts.recall(record) };
      });
      const isDeadLettered = await this.#settler.deadLetter(deadLetters, this.#batchOf(expired));
      if (isAlone && isDeadLettered) this.#circuit.happened({ kind: "expired" });
      if (isAlone || !isDeadLettered || expired.length < taken.length) return;
    }
  }

  // Waiting

  #armTimer(): void {
    if (this.#isEnding) return this.#setTimer(undefined);
    const { state } = this.#circuit;
    const hold = holdOf(state);
    const now = this.#options.clock.elapsed();
    if (hold !== undefined) {
      const isBusy = this.#permitsTaken > 0 || this.#isChecking || this.#awaitingRead || this.queue.waiting === 0;
      return this.#setTimer(isBusy ? undefined : hold.probeAt - now);
    }
    // With every permit taken, the one that comes back looks at the queue.
    if (this.#permitsTaken >= this.#concurrency) return this.#setTimer(undefined);
    if (state.kind === "backing off" && state.until > now) return this.#setTimer(state.until - now);
    const flushWait = this.queue.waiting > 0 && !this.#awaitingRead ? this.#flushWait() : 0;
    const { dueAt } = this.#workload;
    const asideWait = dueAt === undefined ? Number.POSITIVE_INFINITY : Math.max(0, dueAt - now);
    // What is due and not taken waits for a permit that comes back.
    if (flushWait > 0 && flushWait <= asideWait) this.#setTimer(flushWait, true);
    else this.#setTimer(Number.isFinite(asideWait) ? asideWait : undefined);
  }

  /** How long until the oldest event has waited enough. A clock that was set back makes no event wait longer. */
  #flushWait(): number {
    const { queue, clock, delivery } = this.#options;
    const waited = clock.now() - (queue.oldestAcceptedAt() ?? 0);
    return Math.min(delivery.flushIntervalMs, delivery.flushIntervalMs - waited);
  }

  #setTimer(waitMs: number | undefined, isFlush = false): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    // At any timer the queue is looked at; where nothing waited yet, the flush interval begins with what comes.
    this.#isFlushSet = waitMs !== undefined && this.queue.waiting > 0;
    if (waitMs === undefined) return;
    this.#cancelTimer = this.#options.clock.after(waitMs, () => {
      this.#cancelTimer = undefined;
      this.#isFlushSet = false;
      this.#timerFired = isFlush;
      this.#pump();
      this.#timerFired = false;
    });
  }

  #notifyIdle(): void {
    const { queue, onCapacity } = this.#options;
    onCapacity();
    const takesNoMore = this.#settler.ending === "hand over" || this.#stop.signal.aborted;
    const finished = queue.size === this.#settler.returning || this.isStuck || takesNoMore;
    // A probe may take its time; what comes to its end does not wait for it.
    if (!finished || this.#permitsTaken > 0 || (this.#isChecking && !this.#isEnding)) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.#flushing = this.#isEnding;
  }

  get #isEnding(): boolean {
    return this.#settler.ending !== undefined;
  }
}

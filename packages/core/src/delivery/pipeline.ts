// Longer than a page because it is the one place where permits, gate, circuit and the end of a destination decide together. What to do with a verdict (settle), how bytes are made (packer) and when to retry are elsewhere.
import { setMaxListeners } from "node:events";
import type { CheckReport } from "../connector/check-report.ts";
import { checkPassed } from "../connector/check-report.ts";
import type { Limits, Sink } from "../connector/connector.ts";
import type { Framing } from "../connector/framing.ts";
import type { SendResult } from "../connector/send-result.ts";
import type { Logger } from "../telemetry/logger.ts";
import { describeFailure } from "../transport/classify-failure.ts";
import type { Account } from "./account.ts";
import { attempt } from "./attempt.ts";
import type { BodyPool } from "./body-pool.ts";
import type { Bury, Leaving } from "./burial.ts";
import { Circuit } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import { DeliveryHealth } from "./delivery-health.ts";
import type { DeliverySettings, EventFilter } from "./delivery-settings.ts";
import { divide } from "./divide.ts";
import type { EventRecord } from "./event-record.ts";
import type { Packer } from "./packer.ts";
import { createPacker } from "./packer.ts";
import type { AttemptHistory, Piece } from "./piece.ts";
import { untried } from "./piece.ts";
import type { PipelineStatus } from "./pipeline-status.ts";
import type { Queue } from "./queue-store.ts";
import { retryDelayMs } from "./retry-policy.ts";
import { runCheck } from "./run-check.ts";
import { filtered, partitioned } from "./select-events.ts";
import type { SettlePolicy } from "./settle.ts";
import { settle } from "./settle.ts";
import { UnderWay } from "./under-way.ts";

export interface PipelineOptions {
  readonly sink: Sink;
  readonly framing: Framing;
  readonly limits: Limits;
  readonly delivery: DeliverySettings;
  readonly filter: EventFilter;
  readonly queue: Queue;
  readonly account: Account;
  readonly bury: Bury;
  /** Called when the queue may have room again. */
  readonly onRoom: () => void;
  readonly pool: BodyPool;
  readonly clock: Clock;
  readonly logger: Logger;
}

const BACKOFF_BASE_MS = 1000;
/** When dead letters cannot be written, events that have expired wait this long for the next try. */
const BURIAL_RETRY_MS = 30_000;

/**
 * How a pipeline comes to its end. Draining, it settles all that it can with single attempts; handing over, it takes no
 * more. Either way, what is not settled is in the queue again, in order.
 */
type Ending = "drain" | "hand over";

/** Takes one destination's events from its queue and settles each of them, with one configuration. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #packer: Packer;
  readonly #circuit: Circuit;
  readonly #health: DeliveryHealth;
  readonly #underWay = new UnderWay();
  readonly #concurrency: number;
  readonly #policy: SettlePolicy;

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
  #ending: Ending | undefined;
  #idleWaiters: (() => void)[] = [];

  /** No event is expired before, by the clock that never goes back: the last dead letters could not be written. */
  #burialRetryAt = 0;

  constructor(options: PipelineOptions) {
    const { framing, limits, sink, pool, delivery, logger } = options;
    this.#options = options;
    // Every attempt under way listens; a leak is what Node would suspect.
    setMaxListeners(0, this.#stop.signal);
    this.#packer = createPacker({ framing, limits, pool, encode: (record) => sink.encode(record) });
    this.#health = new DeliveryHealth(logger, options.account);
    this.#circuit = new Circuit({ clock: options.clock, logger, held: () => this.queue.size });
    this.#concurrency = delivery.ordered ? 1 : delivery.concurrency;
    this.#policy = {
      maxRetries: delivery.maxRetries,
      onExhausted: delivery.ordered ? "hold" : delivery.onExhausted,
    };
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
    return runCheck(this.#options.sink, this.#stop.signal);
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
    const { queue, clock } = this.#options;
    this.#ending = ending;
    this.#circuit.drain();
    const cancelDeadline = clock.after(deadlineMs, () => this.abort());
    if (deadlineMs <= 0) this.#stop.abort();
    await this.settled();
    cancelDeadline();
    this.#stop.abort();
    this.#setTimer(undefined);
    queue.release(this.#underWay.takeBack());
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
      this.#underWay.begin(wanted);
      void this.#deliver(wanted).finally(() => {
        this.#permitsTaken--;
        this.#underWay.end(wanted);
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
    if (this.#ending === "hand over") return false;
    const { state } = this.#circuit;
    if (state.kind !== "closed") return !this.#isEnding && this.#permitsTaken === 0 && this.#mayProbe(state.kind);
    if (this.#flushing || queue.waiting >= delivery.batchSize) return true;
    return this.#timerFired || this.#flushWait() <= 0;
  }

  /** A suspended destination is probed with its check, where it has one; otherwise a single batch is the probe. */
  #mayProbe(state: "open" | "suspended"): boolean {
    if (!this.#circuit.isProbeDue || this.#probing) return false;
    if (state === "open" || this.#options.sink.check === undefined) return true;
    void this.#probe();
    return false;
  }

  async #probe(): Promise<void> {
    this.#probing = true;
    const report = await this.check();
    this.#probing = false;
    if (this.#isEnding) return;
    const failed = report.steps.find((step) => step.status === "failed");
    if (checkPassed(report)) this.#resume();
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
    const expiresIn = Math.max(oldest + delivery.holdForMs - clock.now(), this.#burialRetryAt - clock.elapsed());
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
    const takesNoMore = this.#ending === "hand over" || this.#stop.signal.aborted;
    const finished = queue.size === this.#underWay.returning || this.isStuck || takesNoMore;
    // A probe may take its time; what comes to its end does not wait for it.
    if (!finished || this.#permitsTaken > 0 || (this.#probing && !this.#isEnding)) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.#flushing = this.#isEnding;
  }

  get #isEnding(): boolean {
    return this.#ending !== undefined;
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

  // Delivering, inside a permit

  async #deliver(records: readonly EventRecord[]): Promise<void> {
    const work: Piece[] = [];
    for (const group of partitioned(records, this.#options.sink)) await this.#pack(group, work);
    while (true) {
      const piece = work.shift();
      if (piece === undefined) return;
      await this.#circuit.passable();
      if (this.#mustRelease()) return this.#release([piece, ...work]);
      await this.#attempt(piece, work);
    }
  }

  async #pack(records: readonly EventRecord[], work: Piece[]): Promise<void> {
    for (let rest = records; rest.length > 0; ) {
      const { packed, unpackable, consumed } = this.#packer.pack(rest);
      if (packed !== undefined) {
        const history = this.#options.account.attempts.recallAll(packed.records);
        work.push({ packed, compressed: undefined, retries: 0, ...history });
      }
      await this.#buryTaken(unpackable.map((letter) => ({ ...letter, history: this.#historyOf(letter.record) })));
      rest = rest.slice(consumed);
    }
  }

  /** Another permit found the destination down or refused; only a probe, alone, goes on. */
  #mustRelease(): boolean {
    if (this.#stop.signal.aborted || this.#ending === "hand over") return true;
    if (this.#circuit.isClosed) return false;
    return this.#isEnding || this.#permitsTaken > 1 || !this.#circuit.isProbeDue;
  }

  async #attempt(before: Piece, work: Piece[]): Promise<void> {
    const { delivery, clock, account } = this.#options;
    const stop = this.#stop.signal;
    const { result, piece, seconds } = await attempt(before, {
      ...this.#options,
      compression: delivery.compression,
      stop,
    });
    account.counts.attempts[result.kind]++;
    account.sendSeconds.observe(seconds);
    if (this.#health.observe(result, clock.now()) && !this.#circuit.isClosed) this.#resume();
    await this.#apply(piece, result, work);
  }

  async #apply(piece: Piece, result: SendResult, work: Piece[]): Promise<void> {
    const { queue, pool, clock, delivery, account } = this.#options;
    const { records } = piece.packed;
    if (result.kind === "accepted") {
      queue.ack(records);
      account.counts.delivered += records.length;
      // Only now does nothing refer to the bytes any more: after a refusal the socket may still be writing them.
      pool.give(piece.packed.buffer);
      return;
    }
    if (result.kind === "too-large" && records.length > 1) this.#packer.learn(piece.packed.bytes);

    const plan = settle({ size: records.length, retries: piece.retries }, result, this.#policyNow());
    const { delivered, leaving, again, released } = divide(piece, plan, this.#packer);
    queue.ack(delivered);
    account.counts.delivered += delivered.length;
    if (delivered.length > 0) this.#health.delivered(clock.now());
    const areBuried = await this.#buryTaken(leaving);
    work.unshift(...again);
    this.#releaseRecords(released, piece);

    const reason = "reason" in result ? result.reason : "some events were refused";
    // The next pipeline finds out by itself.
    if (this.#ending === "hand over") return;
    if (plan.next === "suspend" && result.kind === "suspend") this.#circuit.suspend(result.reason, result.fix);
    else if (plan.next === "hold" && !this.#isEnding) this.#circuit.open(reason);
    else if (areBuried && plan.again.some(({ isRetry }) => isRetry)) this.#backOff(piece, result, delivery);
  }

  /** While it ends, and as a probe, a batch has one attempt, and is kept. */
  #policyNow(): SettlePolicy {
    if (this.#isEnding || !this.#circuit.isClosed) return { maxRetries: 0, onExhausted: "hold" };
    return this.#policy;
  }

  #backOff(piece: Piece, result: SendResult, { maxBackoffMs, jitter }: DeliverySettings): void {
    const { clock, logger } = this.#options;
    const afterMs = result.kind === "retry" || result.kind === "partial" ? result.afterMs : undefined;
    const waitMs = retryDelayMs(
      { retry: piece.retries + 1, afterMs, random: clock.random() },
      { baseMs: BACKOFF_BASE_MS, capMs: maxBackoffMs, jitter },
    );
    this.#circuit.backOff(waitMs);
    logger.debug({ reason: this.#health.lastError, waitMs }, "destination did not take a batch, backing off");
  }

  #resume(): void {
    this.#circuit.close();
    this.#health.recovered();
  }

  // Leaving the permit other than by delivery

  #release(pieces: readonly Piece[]): void {
    // Backwards, so that the first piece ends up first.
    for (const piece of pieces.toReversed()) this.#releaseRecords(piece.packed.records, piece);
  }

  #releaseRecords(records: readonly EventRecord[], history: AttemptHistory): void {
    if (records.length === 0) return;
    this.#options.account.attempts.remember(records, history);
    this.#putBack(records);
  }

  /** Now, or all together when the pipeline has come to its end. */
  #putBack(records: readonly EventRecord[]): void {
    if (this.#isEnding) this.#underWay.putBack(records);
    else this.queue.release(records);
  }

  #historyOf(record: EventRecord): AttemptHistory {
    return this.#options.account.attempts.recall(record);
  }

  /** Dead-letters taken events. When that fails they go back to the queue and the destination is held: nothing is lost. */
  async #buryTaken(leaving: readonly Leaving[]): Promise<boolean> {
    if (leaving.length === 0) return true;
    const { bury, account } = this.#options;
    const records = leaving.map(({ record }) => record);
    try {
      await bury(leaving, () => this.queue.ack(records));
    } catch (error) {
      for (const { record, history } of leaving) account.attempts.remember([record], history);
      this.#putBack(records);
      this.#health.lastError = describeFailure(error);
      this.#burialRetryAt = this.#options.clock.elapsed() + BURIAL_RETRY_MS;
      this.#circuit.open(`dead letters cannot be written: ${this.#health.lastError}`);
      return false;
    }
    return true;
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
    this.#underWay.begin(expired);
    const reason = `held for longer than ${Math.round(delivery.holdForMs / 1000)} s: ${this.#health.lastError ?? "never delivered"}`;
    await this.#buryTaken(
      expired.map((record) => ({ record, stage: "expired", reason, history: this.#historyOf(record) })),
    );
    this.#underWay.end(expired);
    this.#permitsTaken--;
    this.#pump();
  }
}

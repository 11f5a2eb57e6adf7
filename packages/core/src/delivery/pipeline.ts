// Longer than a page because it is the one place where a destination's state lives: permits, gate, circuit and drain
// decide together. What to do with a verdict (settle), how bytes are made (packer) and when to retry are elsewhere.
import { setMaxListeners } from "node:events";
import type { CheckReport } from "../connector/check-report.ts";
import { checkPassed } from "../connector/check-report.ts";
import type { Limits, Sink } from "../connector/connector.ts";
import type { Framing } from "../connector/framing.ts";
import type { SendResult } from "../connector/send-result.ts";
import type { Logger } from "../telemetry/logger.ts";
import { SecondsHistogram } from "../telemetry/histogram.ts";
import { describeFailure } from "../transport/classify-failure.ts";
import { attempt } from "./attempt.ts";
import type { BodyPool } from "./body-pool.ts";
import type { Leaving } from "./burial.ts";
import { createBurial } from "./burial.ts";
import { Circuit } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import type { DeadLetters } from "./dead-letter.ts";
import { zeroCounts } from "./delivery-counts.ts";
import { DeliveryHealth } from "./delivery-health.ts";
import type { DeliverySettings, EventFilter } from "./delivery-settings.ts";
import { divide } from "./divide.ts";
import type { EventRecord } from "./event-record.ts";
import type { Packer } from "./packer.ts";
import { createPacker } from "./packer.ts";
import type { AttemptHistory, Piece } from "./piece.ts";
import { AttemptMemory, untried } from "./piece.ts";
import type { PipelineStatus } from "./pipeline-status.ts";
import type { Queue } from "./queue-store.ts";
import { retryDelayMs } from "./retry-policy.ts";
import { runCheck } from "./run-check.ts";
import { filtered, partitioned } from "./select-events.ts";
import type { SettlePolicy } from "./settle.ts";
import { settle } from "./settle.ts";

export interface PipelineOptions {
  readonly destinationId: string;
  readonly type: string;
  readonly sink: Sink;
  readonly framing: Framing;
  readonly limits: Limits;
  readonly delivery: DeliverySettings;
  readonly filter: EventFilter;
  readonly queue: Queue;
  /** The queue keeps events beyond this process; otherwise a stop dead-letters what is left. */
  readonly durable: boolean;
  readonly deadLetters: DeadLetters;
  readonly pool: BodyPool;
  readonly clock: Clock;
  readonly logger: Logger;
}

const BACKOFF_BASE_MS = 1000;
/** When dead letters cannot be written, events that have expired wait this long for the next try. */
const BURIAL_RETRY_MS = 30_000;

/** Takes one destination's events from its queue and settles each of them. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #packer: Packer;
  readonly #circuit: Circuit;
  readonly #memory = new AttemptMemory();
  readonly #counts = zeroCounts();
  readonly #sendSeconds = new SecondsHistogram();
  readonly #health: DeliveryHealth;
  readonly #bury: (leaving: readonly Leaving[]) => Promise<void>;
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
  #draining = false;
  /** Events that had their single attempt while draining. */
  readonly #leftOver: EventRecord[] = [];
  #idleWaiters: (() => void)[] = [];
  #roomWaiters: (() => void)[] = [];

  /** No event is expired before, by the clock that never goes back: the last dead letters could not be written. */
  #burialRetryAt = 0;

  constructor(options: PipelineOptions) {
    const { framing, limits, sink, pool, delivery, logger } = options;
    this.#options = options;
    // Every attempt under way listens; a leak is what Node would suspect.
    setMaxListeners(0, this.#stop.signal);
    this.#packer = createPacker({ framing, limits, pool, encode: (record) => sink.encode(record) });
    this.#health = new DeliveryHealth(logger);
    this.#circuit = new Circuit({ clock: options.clock, logger, held: () => this.queue.size });
    this.#bury = createBurial({ ...options, counts: this.#counts });
    this.#concurrency = delivery.ordered ? 1 : delivery.concurrency;
    this.#policy = {
      maxRetries: delivery.maxRetries,
      onExhausted: delivery.ordered ? "hold" : delivery.onExhausted,
    };
    // What an earlier process left counts as accepted here: otherwise nothing would add up.
    this.#counts.accepted = options.queue.size;
    options.queue.listen({
      appended: (count) => this.#accepted(count),
      ready: () => this.#readyToTake(),
      lost: (count) => this.#lost(count),
    });
  }

  get destinationId(): string {
    return this.#options.destinationId;
  }

  get queue(): Queue {
    return this.#options.queue;
  }

  get delivery(): DeliverySettings {
    return this.#options.delivery;
  }

  /** Begins with what an earlier process left. */
  start(): void {
    if (this.queue.size > 0) this.#pump();
  }

  #accepted(count: number): void {
    this.#counts.accepted += count;
    // Most calls end here: a timer is set already, and the batch is not full yet.
    if (this.#cancelTimer !== undefined && this.queue.waiting < this.#options.delivery.batchSize) return;
    this.#pump();
  }

  #readyToTake(): void {
    if (!this.#awaitingRead) return;
    this.#awaitingRead = false;
    this.#pump();
  }

  #lost(count: number): void {
    this.#counts.unreadable += count;
    this.#options.logger.error({ count }, "events are lost: the disk does not give them back");
    this.#notifyIdle();
  }

  /** Events that never reached the queue, because it was full. */
  async overflowed(records: readonly EventRecord[]): Promise<void> {
    const { wanted, unwanted } = filtered(records, this.#options.filter);
    await this.#bury(wanted.map((record) => ({ record, stage: "overflow", reason: "queue full", history: untried })));
    this.#counts.filtered += unwanted.length;
    this.#counts.accepted += records.length;
  }

  /** Resolves when a batch has been settled, so that the queue may have room. */
  whenRoom(): Promise<void> {
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  /** True when nothing moves until a person or time helps. */
  get isStuck(): boolean {
    return !this.#circuit.isClosed;
  }

  status(): PipelineStatus {
    const { queue, clock } = this.#options;
    const oldest = queue.oldestAcceptedAt();
    return {
      counts: structuredClone(this.#counts),
      queued: queue.size,
      queueBytes: queue.bytes,
      oldestEventAgeMs: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest),
      sendSeconds: this.#sendSeconds.snapshot(),
      lastDeliveryAt: this.#health.lastDeliveryAt,
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

  /**
   * Settles what is held with single attempts until `deadlineMs` have passed. The rest stays in a durable queue, or is
   * dead-lettered.
   */
  async stop(deadlineMs: number): Promise<void> {
    const { sink, queue, clock, durable } = this.#options;
    this.#draining = true;
    this.#circuit.drain();
    const cancelDeadline = clock.after(deadlineMs, () => this.abort());
    if (deadlineMs <= 0) this.#stop.abort();
    await this.settled();
    cancelDeadline();
    this.#stop.abort();
    this.#setTimer(undefined);

    const leftOver = this.#leftOver.splice(0);
    if (durable) queue.release(leftOver);
    else await this.#buryRest([...leftOver, ...this.#wanted(queue.take(queue.waiting))]);
    await sink.close?.();
  }

  /** Ends a stop that is under way: attempts are given up. */
  abort(): void {
    this.#stop.abort();
    this.#notifyIdle();
  }

  async #buryRest(records: readonly EventRecord[]): Promise<void> {
    const leaving = records.map(
      (record): Leaving => ({ record, stage: "send", reason: "shutdown", history: this.#memory.recall(record) }),
    );
    if (await this.#buryTaken(leaving)) return;
    const { logger } = this.#options;
    logger.error(
      { count: records.length, reason: this.#health.lastError },
      "events are lost: dead letters cannot be written",
    );
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
      void this.#deliver(wanted).finally(() => {
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
    const { state } = this.#circuit;
    if (state.kind !== "closed") return !this.#draining && this.#permitsTaken === 0 && this.#mayProbe(state.kind);
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
    const failed = report.steps.find((step) => step.status === "failed");
    if (checkPassed(report)) this.#resume();
    else this.#circuit.suspend(failed?.detail ?? "check failed", failed?.fix);
    this.#pump();
  }

  #armTimer(): void {
    const { queue, clock, delivery } = this.#options;
    const oldest = queue.oldestAcceptedAt();
    if (oldest === undefined || this.#draining || this.#awaitingRead) return this.#setTimer(undefined);
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
    const { queue } = this.#options;
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
    const finished = queue.size === this.#leftOver.length || this.isStuck || this.#stop.signal.aborted;
    // A probe may take its time; what is being stopped does not wait for it.
    if (!finished || this.#permitsTaken > 0 || (this.#probing && !this.#draining)) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.#flushing = this.#draining;
  }

  /** The next events that the filter lets through; undefined while they are being read from the disk. */
  #takeWanted(): readonly EventRecord[] | undefined {
    const { queue, delivery } = this.#options;
    const taken = queue.take(delivery.batchSize);
    return taken.length === 0 ? undefined : this.#wanted(taken);
  }

  /** Taken events without those that the filter leaves out, which are settled with this. */
  #wanted(taken: readonly EventRecord[]): readonly EventRecord[] {
    const { queue, filter } = this.#options;
    const { wanted, unwanted } = filtered(taken, filter);
    queue.ack(unwanted);
    this.#counts.filtered += unwanted.length;
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
        const history = this.#memory.recallAll(packed.records);
        work.push({ packed, compressed: undefined, retries: 0, ...history });
      }
      if (unpackable.length > 0) {
        await this.#buryTaken(unpackable.map((letter) => ({ ...letter, history: this.#memory.recall(letter.record) })));
      }
      rest = rest.slice(consumed);
    }
  }

  /** Another permit found the destination down or refused; only a probe, alone, goes on. */
  #mustRelease(): boolean {
    if (this.#stop.signal.aborted) return true;
    if (this.#circuit.isClosed) return false;
    return this.#draining || this.#permitsTaken > 1 || !this.#circuit.isProbeDue;
  }

  async #attempt(before: Piece, work: Piece[]): Promise<void> {
    const { delivery, clock } = this.#options;
    const stop = this.#stop.signal;
    const { result, piece, seconds } = await attempt(before, {
      ...this.#options,
      compression: delivery.compression,
      stop,
    });
    this.#counts.attempts[result.kind]++;
    this.#sendSeconds.observe(seconds);
    if (this.#health.observe(result, clock.now()) && !this.#circuit.isClosed) this.#resume();
    await this.#apply(piece, result, work);
  }

  async #apply(piece: Piece, result: SendResult, work: Piece[]): Promise<void> {
    const { queue, pool, clock, delivery } = this.#options;
    const { records } = piece.packed;
    if (result.kind === "accepted") {
      queue.ack(records);
      this.#counts.delivered += records.length;
      // Only now does nothing refer to the bytes any more: after a refusal the socket may still be writing them.
      pool.give(piece.packed.buffer);
      return;
    }
    if (result.kind === "too-large" && records.length > 1) this.#packer.learn(piece.packed.bytes);

    const plan = settle({ size: records.length, retries: piece.retries }, result, this.#policyNow());
    const { delivered, leaving, again, released } = divide(piece, plan, this.#packer);
    queue.ack(delivered);
    this.#counts.delivered += delivered.length;
    if (delivered.length > 0) this.#health.lastDeliveryAt = clock.now();
    const areBuried = await this.#buryTaken(leaving);
    work.unshift(...again);
    this.#releaseRecords(released, piece);

    const reason = "reason" in result ? result.reason : "some events were refused";
    if (plan.next === "suspend" && result.kind === "suspend") this.#circuit.suspend(result.reason, result.fix);
    else if (plan.next === "hold" && !this.#draining) this.#circuit.open(reason);
    else if (areBuried && plan.again.some(({ isRetry }) => isRetry)) this.#backOff(piece, result, delivery);
  }

  /** While draining, and as a probe, a batch has one attempt, and is kept. */
  #policyNow(): SettlePolicy {
    if (this.#draining || !this.#circuit.isClosed) return { maxRetries: 0, onExhausted: "hold" };
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
    this.#memory.remember(records, history);
    if (this.#draining) this.#leftOver.push(...records);
    else this.queue.release(records);
  }

  /** Dead-letters taken events. When that fails they go back to the queue and the destination is held: nothing is lost. */
  async #buryTaken(leaving: readonly Leaving[]): Promise<boolean> {
    if (leaving.length === 0) return true;
    const records = leaving.map(({ record }) => record);
    try {
      await this.#bury(leaving);
    } catch (error) {
      for (const { record, history } of leaving) this.#memory.remember([record], history);
      if (this.#draining) this.#leftOver.push(...records);
      else this.queue.release(records);
      this.#health.lastError = describeFailure(error);
      this.#burialRetryAt = this.#options.clock.elapsed() + BURIAL_RETRY_MS;
      this.#circuit.open(`dead letters cannot be written: ${this.#health.lastError}`);
      return false;
    }
    this.queue.ack(records);
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
    const reason = `held for longer than ${Math.round(delivery.holdForMs / 1000)} s: ${this.#health.lastError ?? "never delivered"}`;
    await this.#buryTaken(
      expired.map((record) => ({ record, stage: "expired", reason, history: this.#memory.recall(record) })),
    );
    this.#permitsTaken--;
    this.#pump();
  }
}

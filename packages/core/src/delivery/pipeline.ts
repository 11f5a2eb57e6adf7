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
import type { BodyPool } from "./body-pool.ts";
import type { CircuitState } from "./circuit.ts";
import { Circuit } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import { sleep } from "./clock.ts";
import { compress } from "./compress.ts";
import type { DeadLetters } from "./dead-letter.ts";
import { totalOf, zeroCounts } from "./delivery-counts.ts";
import type { DeliverySettings, EventFilter } from "./delivery-settings.ts";
import type { EventRecord } from "./event-record.ts";
import type { Packed, Packer } from "./packer.ts";
import { createPacker } from "./packer.ts";
import type { AttemptHistory, Piece } from "./piece.ts";
import { AttemptMemory, untried } from "./piece.ts";
import type { PipelineStatus } from "./pipeline-status.ts";
import type { Queue } from "./queue-store.ts";
import { retryDelayMs } from "./retry-policy.ts";
import type { SettlePolicy, Stage } from "./settle.ts";
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

/** An event on its way to the dead letters. */
interface Leaving {
  readonly record: EventRecord;
  readonly stage: Stage;
  readonly reason: string;
  readonly history: AttemptHistory;
}

const BACKOFF_BASE_MS = 1000;
const CHECK_TIMEOUT_MS = 30_000;
const LETTER_LOG_INTERVAL_MS = 10_000;

/** Takes one destination's events from its queue and settles each of them. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #packer: Packer;
  readonly #circuit = new Circuit();
  readonly #memory = new AttemptMemory();
  readonly #counts = zeroCounts();
  readonly #sendSeconds = new SecondsHistogram();
  readonly #concurrency: number;
  readonly #policy: SettlePolicy;

  /** Ends attempts and probes. */
  readonly #stop = new AbortController();
  /** Ends waits for the gate: when draining begins, and when the circuit leaves `closed`. */
  #wakeUp = new AbortController();
  #permitsTaken = 0;
  #probing = false;
  #cancelTimer: (() => void) | undefined;
  /** The wait that the timer was set for is over, also when the machine's clock was set back meanwhile. */
  #timerFired = false;
  /** No batch of this destination is sent before, by the clock that never goes back. */
  #gateOpensAt = 0;
  /** What is to be taken next is being read from the disk. */
  #awaitingRead = false;
  #flushing = false;
  #draining = false;
  /** Events that had their single attempt while draining. */
  readonly #leftOver: EventRecord[] = [];
  #idleWaiters: (() => void)[] = [];
  #roomWaiters: (() => void)[] = [];

  #lastDeliveryAt: number | undefined;
  #lastError: string | undefined;
  /** The last attempt failed in a way that waiting may heal. */
  #struggling = false;
  #lettersLoggedAt = Number.NEGATIVE_INFINITY;
  #lettersToLog = 0;

  constructor(options: PipelineOptions) {
    const { framing, limits, sink, pool, delivery } = options;
    this.#options = options;
    // Every attempt under way listens; a leak is what Node would suspect.
    setMaxListeners(0, this.#stop.signal);
    this.#packer = createPacker({ framing, limits, pool, encode: (record) => sink.encode(record) });
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
    await this.#bury(records.map((record) => ({ record, stage: "overflow", reason: "queue full", history: untried })));
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
      lastDeliveryAt: this.#lastDeliveryAt,
      lastError: this.#lastError,
      ...this.#health(),
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
  async check(): Promise<CheckReport> {
    const { sink } = this.#options;
    if (sink.check === undefined) {
      return { steps: [{ name: "check", status: "skipped", detail: "this connector has no check" }] };
    }
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(CHECK_TIMEOUT_MS)]);
    try {
      return await untilAborted(sink.check(signal), signal, checkAborted);
    } catch (error) {
      return { steps: [{ name: "check", status: "failed", detail: describeFailure(error) }] };
    }
  }

  /**
   * Settles what is held with single attempts until `deadlineMs` have passed. The rest stays in a durable queue, or is
   * dead-lettered.
   */
  async stop(deadlineMs: number): Promise<void> {
    const { sink, queue, clock, durable } = this.#options;
    this.#draining = true;
    this.#wakeUp.abort();
    const cancelDeadline = clock.after(deadlineMs, () => this.abort());
    if (deadlineMs <= 0) this.#stop.abort();
    await this.settled();
    cancelDeadline();
    this.#stop.abort();
    this.#setTimer(undefined);

    const leftOver = this.#leftOver.splice(0);
    if (durable) queue.release(leftOver);
    else await this.#buryRest([...leftOver, ...queue.take(queue.waiting)]);
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
    logger.error({ count: records.length, reason: this.#lastError }, "events are lost: dead letters cannot be written");
  }

  // Taking permits

  #pump(): void {
    while (this.#permitsTaken < this.#concurrency && this.#mayTake()) {
      const isProbe = !this.#circuit.isClosed;
      const taken = this.queue.take(this.#options.delivery.batchSize);
      if (taken.length === 0) {
        this.#awaitingRead = true;
        break;
      }
      const wanted = this.#withoutFiltered(taken);
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
    if (state.kind !== "closed") return !this.#draining && this.#permitsTaken === 0 && this.#mayProbe(state);
    if (this.#flushing || queue.waiting >= delivery.batchSize) return true;
    return this.#timerFired || this.#flushWait() <= 0;
  }

  /** A suspended destination is probed with its check, where it has one; otherwise a single batch is the probe. */
  #mayProbe(state: Exclude<CircuitState, { kind: "closed" }>): boolean {
    const { clock, sink } = this.#options;
    if (clock.elapsed() < state.probeAt || this.#probing) return false;
    if (state.kind === "suspended" && sink.check !== undefined) {
      void this.#probe();
      return false;
    }
    return true;
  }

  async #probe(): Promise<void> {
    this.#probing = true;
    const report = await this.check();
    this.#probing = false;
    const failed = report.steps.find((step) => step.status === "failed");
    if (checkPassed(report)) this.#resume();
    else this.#circuit.suspend(failed?.detail ?? "check failed", failed?.fix, this.#options.clock.elapsed());
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
    const expiresIn = oldest + delivery.holdForMs - clock.now();
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

  #withoutFiltered(records: EventRecord[]): EventRecord[] {
    const { filter } = this.#options;
    const { minSeverityId, classUids } = filter;
    if (minSeverityId === undefined && classUids === undefined) return records;
    const isWanted = (record: EventRecord) =>
      (minSeverityId === undefined || record.severityId >= minSeverityId) &&
      (classUids === undefined || classUids.includes(record.classUid));
    const wanted = records.filter(isWanted);
    if (wanted.length === records.length) return records;
    this.queue.ack(records.filter((record) => !isWanted(record)));
    this.#counts.filtered += records.length - wanted.length;
    return wanted;
  }

  // Delivering, inside a permit

  async #deliver(records: readonly EventRecord[]): Promise<void> {
    const work: Piece[] = [];
    for (const group of this.#partition(records)) await this.#pack(group, work);
    while (true) {
      const piece = work.shift();
      if (piece === undefined) return;
      await this.#waitForGate();
      if (this.#mustRelease()) return this.#release([piece, ...work]);
      await this.#attempt(piece, work);
    }
  }

  #partition(records: readonly EventRecord[]): Iterable<readonly EventRecord[]> {
    const { sink } = this.#options;
    if (sink.partitionKey === undefined) return [records];
    const groups = new Map<string, EventRecord[]>();
    for (const record of records) {
      const key = partitionKeyOf(sink, record);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [record]);
      else group.push(record);
    }
    return groups.values();
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

  async #waitForGate(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#draining && this.#circuit.isClosed) {
      const wait = this.#gateOpensAt - clock.elapsed();
      if (wait <= 0) return;
      await sleep(clock, wait, this.#wakeUp.signal);
    }
  }

  /** Another permit found the destination down or refused; only a probe, alone, goes on. */
  #mustRelease(): boolean {
    if (this.#stop.signal.aborted) return true;
    if (this.#circuit.isClosed) return false;
    return this.#draining || this.#permitsTaken > 1 || this.#options.clock.elapsed() < this.#probeAt();
  }

  #probeAt(): number {
    const { state } = this.#circuit;
    return state.kind === "closed" ? 0 : state.probeAt;
  }

  async #attempt(untriedPiece: Piece, work: Piece[]): Promise<void> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const startedAtElapsed = clock.elapsed();
    const piece = await this.#compressed(untriedPiece);
    const result = this.#exceedsCompressedLimit(piece) ?? (await this.#send(piece));
    const now = clock.now();
    this.#counts.attempts[result.kind]++;
    this.#sendSeconds.observe((clock.elapsed() - startedAtElapsed) / 1000);
    this.#observe(result, now);

    const tried: Piece = {
      ...piece,
      attempts: piece.attempts + 1,
      firstAttemptAt: piece.firstAttemptAt ?? startedAt,
      ambiguous: piece.ambiguous || (result.kind === "retry" && result.ambiguous === true),
    };
    await this.#apply(tried, result, work);
  }

  async #compressed(piece: Piece): Promise<Piece> {
    if (this.#options.delivery.compression === "none" || piece.compressed !== undefined) return piece;
    return { ...piece, compressed: await compress(bodyOf(piece.packed)) };
  }

  #exceedsCompressedLimit({ compressed }: Piece): SendResult | undefined {
    const limit = this.#options.limits.maxCompressedBytes;
    if (compressed === undefined || limit === undefined || compressed.length <= limit) return undefined;
    return { kind: "too-large", reason: `${compressed.length} bytes compressed, the limit is ${limit}` };
  }

  async #send(piece: Piece): Promise<SendResult> {
    const { sink, framing } = this.#options;
    const batch = {
      records: piece.packed.records,
      body: piece.compressed ?? bodyOf(piece.packed),
      contentType: framing.contentType,
      attempt: piece.attempts + 1,
      ...(piece.compressed && { contentEncoding: "gzip" as const }),
    };
    try {
      return await untilAborted(sink.send(batch, this.#stop.signal), this.#stop.signal, sendAborted);
    } catch (error) {
      return { kind: "retry", reason: describeFailure(error), ambiguous: true };
    }
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

    const size = records.length;
    const plan = settle({ size, retries: piece.retries }, result, this.#policyNow());
    const failed = [
      ...plan.deadLetters.map((mark) => mark.index),
      ...plan.again.flatMap((again) => again.indexes),
      ...plan.release,
    ];
    const done = without(records, failed);
    queue.ack(done);
    this.#counts.delivered += done.length;
    if (done.length > 0) this.#lastDeliveryAt = clock.now();

    const buried = await this.#buryTaken(
      plan.deadLetters.map(({ index, stage, reason }) => ({
        record: recordAt(records, index),
        stage,
        reason,
        history: piece,
      })),
    );
    const again = plan.again.map(({ indexes, isRetry }): Piece => {
      const isWhole = indexes.length === size;
      return {
        ...piece,
        ...(!isWhole && { packed: this.#packer.repack(piece.packed, indexes), compressed: undefined }),
        retries: piece.retries + (isRetry ? 1 : 0),
      };
    });
    work.unshift(...again);
    this.#releaseRecords(
      plan.release.map((index) => recordAt(records, index)),
      piece,
    );

    const reason = "reason" in result ? result.reason : "some events were refused";
    if (plan.next === "suspend" && result.kind === "suspend") this.#suspend(result.reason, result.fix);
    else if (plan.next === "hold" && !this.#draining) this.#openCircuit(reason);
    else if (buried && plan.again.some(({ isRetry }) => isRetry)) this.#backOff(piece, result, delivery);
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
    this.#gateOpensAt = Math.max(this.#gateOpensAt, clock.elapsed() + waitMs);
    if (piece.retries === 0) {
      logger.debug({ reason: this.#lastError, waitMs }, "destination did not take a batch, backing off");
    }
  }

  // State

  #observe(result: SendResult, now: number): void {
    const { logger } = this.#options;
    if (result.kind === "retry" || (result.kind === "partial" && result.failures.some((f) => f.outcome === "retry"))) {
      this.#lastError =
        result.kind === "retry" ? result.reason : result.failures.find((f) => f.outcome === "retry")?.reason;
      if (!this.#struggling) logger.warn({ reason: this.#lastError }, "destination is refusing batches");
      this.#struggling = true;
      return;
    }
    if (result.kind === "suspend") {
      this.#lastError = result.reason;
      return;
    }
    // Any other verdict is an answer of a SIEM that works.
    if (result.kind === "accepted") this.#lastDeliveryAt = now;
    else if ("reason" in result) this.#lastError = result.reason;
    if (this.#struggling) logger.info({}, "destination takes batches again");
    this.#struggling = false;
    if (!this.#circuit.isClosed) this.#resume();
  }

  #resume(): void {
    this.#options.logger.info({ held: this.queue.size }, "destination works again, sending what was held");
    this.#circuit.close();
    this.#struggling = false;
  }

  #suspend(reason: string, fix: string | undefined): void {
    const { clock, logger } = this.#options;
    if (this.#circuit.state.kind !== "suspended") {
      logger.error({ reason, fix, held: this.queue.size }, "destination is suspended until someone fixes it");
    }
    this.#circuit.suspend(reason, fix, clock.elapsed());
    this.#wakeWaiting();
  }

  #openCircuit(reason: string): void {
    const { clock, logger } = this.#options;
    if (this.#circuit.isClosed) {
      logger.error({ reason, held: this.queue.size }, "destination is down, holding its events");
    }
    this.#circuit.open(reason, clock.elapsed());
    this.#wakeWaiting();
  }

  #wakeWaiting(): void {
    this.#wakeUp.abort();
    if (!this.#draining) this.#wakeUp = new AbortController();
  }

  #health(): Pick<PipelineStatus, "health" | "reason" | "fix"> {
    const { state } = this.#circuit;
    switch (state.kind) {
      case "suspended":
        return { health: "failed", reason: state.reason, fix: state.fix };
      case "open":
        return { health: "degraded", reason: state.reason, fix: undefined };
      case "closed":
        if (this.#struggling) return { health: "degraded", reason: this.#lastError, fix: undefined };
        return {
          health: this.#lastDeliveryAt === undefined ? "pending" : "healthy",
          reason: undefined,
          fix: undefined,
        };
      default:
        return state satisfies never;
    }
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
      this.#lastError = describeFailure(error);
      this.#openCircuit(`dead letters cannot be written: ${this.#lastError}`);
      return false;
    }
    this.queue.ack(records);
    return true;
  }

  async #bury(leaving: readonly Leaving[]): Promise<void> {
    const { destinationId, type, deadLetters } = this.#options;
    await deadLetters.append(
      leaving.map(({ record, stage, reason, history: { attempts, ambiguous, firstAttemptAt } }) => {
        return { record, destinationId, type, stage, reason, attempts, ambiguous, firstAttemptAt };
      }),
    );
    for (const { stage } of leaving) this.#counts.deadLettered[stage]++;
    this.#logLetters(leaving);
  }

  #logLetters(leaving: readonly Leaving[]): void {
    const { clock, logger } = this.#options;
    this.#lettersToLog += leaving.length;
    const [first] = leaving;
    const now = clock.now();
    if (first === undefined || now - this.#lettersLoggedAt < LETTER_LOG_INTERVAL_MS) return;
    const { stage, reason } = first;
    const total = totalOf(this.#counts.deadLettered);
    logger.error({ count: this.#lettersToLog, total, stage, reason }, "events were dead-lettered");
    this.#lettersLoggedAt = now;
    this.#lettersToLog = 0;
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
    const expired = taken.filter((record) => record.acceptedAt <= limit);
    const reason = `held for longer than ${Math.round(delivery.holdForMs / 1000)} s: ${this.#health().reason ?? ""}`;
    await this.#buryTaken(
      expired.map((record) => ({ record, stage: "expired", reason, history: this.#memory.recall(record) })),
    );
    this.#permitsTaken--;
    this.#pump();
  }
}

/** An event whose key cannot be made is an event that cannot be encoded: the packer finds out. */
function partitionKeyOf(sink: Sink, record: EventRecord): string {
  try {
    return sink.partitionKey?.(record) ?? "";
  } catch {
    return "";
  }
}

function bodyOf({ buffer, bytes }: Packed): Buffer {
  return buffer.subarray(0, bytes);
}

function recordAt(records: readonly EventRecord[], index: number): EventRecord {
  const record = records[index];
  if (record === undefined) throw new RangeError(`no event at ${index} of ${records.length}`);
  return record;
}

function without(records: readonly EventRecord[], indexes: readonly number[]): readonly EventRecord[] {
  if (indexes.length === records.length) return [];
  const left = new Set(indexes);
  return records.filter((_, index) => !left.has(index));
}

const sendAborted: SendResult = { kind: "retry", reason: "stopped before the SIEM answered", ambiguous: true };
const checkAborted: CheckReport = {
  steps: [{ name: "check", status: "failed", detail: "no answer in time", fix: "Check the address and the network." }],
};

/** A sink that does not heed the signal must hold up neither a stop nor a probe. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal, otherwise: Result): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(otherwise);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

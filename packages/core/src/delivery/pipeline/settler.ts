import type { NewDeadLetter, WriteDeadLetters } from "./dead-letter-writer.ts";
import type { CircuitEvent, CircuitState, Wait } from "./circuit-state.ts";
import { closed, isSending } from "./circuit-state.ts";
import type { AgainSubBatch, Division } from "./divide.ts";
import { divide } from "./divide.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { thrownText } from "../transmit/judge.ts";
import { isDeadLettersFull, DEAD_LETTERS_FULL_FIX } from "../dead-letters/dead-letter-budget.ts";
import type { Flow, FlowOptions } from "./flow.ts";
import type { LoneFailure } from "./lone-failures.ts";
import { LoneFailures } from "./lone-failures.ts";
import type { Doubt, SubBatch } from "./sub-batch.ts";
import { retryDelayMs } from "../../transport/retry-policy.ts";
import type { Next, Scene, SettlePolicy } from "./settle.ts";
import { settle, STRANGER, strikesAllowed } from "./settle.ts";
import type { TakenBatch } from "./taken-batches.ts";
import { Returning } from "./taken-batches.ts";
import type { Attempt, Outcome } from "./transmit.ts";
import type { Progress } from "./workload.ts";

export interface SettlerOptions extends FlowOptions {
  readonly writeDeadLetters: WriteDeadLetters;
}

const BACKOFF_BASE_MS = 1000;
/** Factor of strikes at destinations where failures pass by themselves. */
const PATIENCE = 5;

/** The last stage: settles each event of a finished turn. An event is acked, dead-lettered, resent, or requeued. */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #flow: Flow;
  readonly #policy: SettlePolicy;
  readonly #lone = new LoneFailures();

  constructor(options: SettlerOptions, flow: Flow) {
    const { maxRetries, ordered, onExhausted } = options.delivery;
    this.#options = options;
    this.#flow = flow;
    this.#policy = { maxRetries, ordered, onExhausted: ordered ? "hold" : onExhausted };
  }

  /** Returns all remaining events to the queue, once nothing is under way. */
  returnAll(): void {
    this.#giveBack(this.#flow.workload.takeAll());
    this.#options.queue.requeue(this.#flow.returning.takeAll());
  }

  /**
   * Settles an outcome. Never rejects: on an unexpected error the events are kept and the destination is held. Resolves
   * to false if events to dead-letter had to be kept.
   */
  async settle(outcome: Outcome): Promise<boolean> {
    try {
      return await this.#settle(outcome);
    } catch (error) {
      return this.#brokeOff(error);
    }
  }

  async #settle(outcome: Outcome): Promise<boolean> {
    switch (outcome.kind) {
      case "transmitted":
        return this.#settleTransmitted(outcome);
      case "broken off":
        this.#brokeOff(outcome.error);
        if (outcome.subBatch !== undefined) this.#giveBack([outcome.subBatch]);
        return false;
      case "withdrawn":
        this.#giveBack([outcome.subBatch, ...this.#flow.workload.takeAll()]);
        return true;
      case "spent":
        return this.#giveUp("send", outcome.subBatch);
      case "refused":
        return this.#giveUp("rejected", outcome.subBatch);
      case "all refused":
        return this.#suspendRefused();
      case "expired": {
        const isDeadLettered = await this.#deadLetter(outcome.deadLetters, outcome.batch);
        if (outcome.isAlone && isDeadLettered) this.#flow.circuit.happened({ kind: "expired" });
        return isDeadLettered;
      }
      default:
        return outcome satisfies never;
    }
  }

  async #settleTransmitted({ subBatch, transmitted, before }: TransmittedOutcome): Promise<boolean> {
    const { attempt, rest, unpackable } = transmitted;
    let decided: Decided | undefined;
    try {
      decided = attempt && this.#decide(attempt, before);
    } catch (error) {
      return this.#settle({ kind: "broken off", error, subBatch });
    }
    if (attempt?.isTaken === true) return this.#makeAgain(attempt);
    let isDone = true;
    try {
      if (rest !== undefined) this.#flow.workload.unshift([rest]);
      if (attempt !== undefined && decided !== undefined) await this.#carryOut(attempt, decided);
      isDone = await this.#deadLetter(unpackable, subBatch.batch);
    } catch (error) {
      isDone = this.#brokeOff(error);
    }
    this.#clearWhereHeld();
    return isDone;
  }

  /** Requeues events that returned after the destination was found down; the queue probes and expires them. */
  #clearWhereHeld(): void {
    const { circuit, workload } = this.#flow;
    const { kind } = circuit.state;
    if (this.#flow.ending === undefined && (kind === "held" || kind === "suspended"))
      this.#giveBack(workload.takeAll());
  }

  #giveUp(stage: "send" | "rejected", subBatch: SubBatch): Promise<boolean> {
    const history = subBatch.history ?? this.#options.account.attempts.recallAll(subBatch.records);
    const reason = subBatch.doubt?.reason ?? "no reason given";
    return this.#deadLetter(
      subBatch.records.map((record): NewDeadLetter => ({ record, stage, reason, history })),
      subBatch.batch,
    );
  }

  #suspendRefused(): boolean {
    const { workload, circuit } = this.#flow;
    const subBatches = workload.takeAll();
    const reason = subBatches[0]?.doubt?.reason ?? "refused";
    this.#giveBack(subBatches);
    circuit.happened({ kind: "suspend", reason, fix: STRANGER, probe: "event" });
    return false;
  }

  /** Dead-letters taken events. On failure they are requeued and the destination is held, so that nothing is lost. */
  async #deadLetter(deadLetters: readonly NewDeadLetter[], batch: TakenBatch): Promise<boolean> {
    if (deadLetters.length === 0) return true;
    const { writeDeadLetters, account, queue } = this.#options;
    const records = deadLetters.map(({ record }) => record);
    try {
      await writeDeadLetters(deadLetters, () => queue.ack(records, "deadLettered"));
      this.#lone.forget(records);
    } catch (error) {
      for (const { record, history } of deadLetters) account.attempts.remember([record], history);
      this.#putBack(batch, records);
      const reason = thrownText(error);
      this.#flow.health.lastError = reason;
      if (isDeadLettersFull(error)) this.#hold({ kind: "suspend", reason, fix: DEAD_LETTERS_FULL_FIX, probe: "event" });
      else this.#hold({ kind: "broken", reason: `dead letters cannot be written: ${reason}` });
      return false;
    }
    return true;
  }

  #brokeOff(error: unknown): false {
    const reason = `an attempt broke off: ${thrownText(error)}`;
    this.#flow.health.lastError = reason;
    this.#options.logger.error({ reason }, "an attempt broke off, its events are kept");
    this.#hold({ kind: "broken", reason });
    return false;
  }

  /** Repeats an attempt that taught nothing; it does not count. */
  #makeAgain({ subBatch, result }: Attempt): boolean {
    const { health, workload, circuit } = this.#flow;
    health.observe(result);
    if (this.#stanceIn(circuit.state) === "sending") workload.unshift([subBatch]);
    else this.#giveBack([subBatch]);
    return true;
  }

  #decide({ subBatch, result, bytes }: Attempt, before: Progress): Decided {
    if (result.kind === "accepted") return { ...allDelivered, delivered: subBatch.records };
    const earlier = subBatch.records.length === 1 ? this.#lone.of(subBatch.records[0]) : undefined;
    const scene = this.#sceneOf(subBatch, earlier, before);
    const sent = {
      size: subBatch.records.length,
      batchSize: subBatch.batch.records.length,
      retries: subBatch.retries,
      isSuspect: subBatch.isSuspect,
      strikes: this.#strikesOf(earlier),
      isUsualSize: this.#flow.limit.isUsual(bytes),
    };
    const plan = settle(sent, result, this.#policy, scene);
    const tried = {
      ...subBatch,
      ...(plan.next.kind === "refused" && { refusedAt: subBatch.refusedAt ?? this.#flow.progress.deliveries }),
      ...(result.kind === "too-large" && { oversize: { bytes, left: subBatch.records.length, passedBytes: 0 } }),
    };
    return { ...divide(tried, plan), next: plan.next, stance: scene.stance };
  }

  #sceneOf({ doubt, refusedAt }: SubBatch, earlier: LoneFailure | undefined, before: Progress): Scene {
    const { circuit, health } = this.#flow;
    const { state } = circuit;
    const { deliveries } = this.#flow.progress;
    const { failures, refusals } = isSending(state) ? state : closed;
    const refusedSince = earlier?.kind === "refused" ? earlier.progress.deliveries : refusedAt;
    return {
      stance: this.#stanceIn(state),
      othersPass: deliveries > (earlier?.progress.deliveries ?? doubt?.deliveries ?? before.deliveries),
      othersPassSinceRefusal: refusedSince !== undefined && deliveries > refusedSince,
      hasDelivered: health.hasDelivered,
      failures,
      refusals,
      hasOthers: this.#flow.hasOthers(1, this.#flow.moment()),
    };
  }

  #stanceIn(state: CircuitState): Scene["stance"] {
    if (this.#flow.ending !== undefined) return "ending";
    if (state.kind === "probing") return "probing";
    // Another attempt found the destination down while this one was under way.
    return isSending(state) ? "sending" : "ending";
  }

  /** Returns the strikes of a lone event. Where failures pass by themselves, its first failures do not count. */
  #strikesOf(earlier: LoneFailure | undefined): number {
    if (earlier?.kind !== "failed") return 0;
    const { deliveries, recoveries } = this.#flow.progress;
    const isWeather = recoveries > earlier.progress.recoveries;
    if (isWeather && earlier.failures < PATIENCE * (strikesAllowed(this.#policy) + 1)) return 0;
    return earlier.strikes + (deliveries > earlier.progress.deliveries ? 1 : 0);
  }

  /** Notes a failed lone event that is kept. */
  #noteFailure(record: AcceptedEvent, kind: LoneFailure["kind"]): void {
    const earlier = this.#lone.of(record);
    const failures = (earlier?.kind === kind ? earlier.failures : 0) + 1;
    this.#lone.remember(record, { kind, failures, strikes: this.#strikesOf(earlier), progress: this.#flow.progress });
  }

  async #carryOut(attempt: Attempt, decided: Decided): Promise<void> {
    const { subBatch, result } = attempt;
    const { queue, account, clock } = this.#options;
    const { health, circuit } = this.#flow;
    const { delivered, deadLetters, again, requeued, next, stance } = decided;
    health.observe(result);
    if (delivered.length > 0) {
      queue.ack(delivered, "delivered");
      account.counts.delivered += delivered.length;
      account.lastDeliveryAt = clock.now();
      health.hasDelivered = true;
      this.#delivered(attempt);
      this.#lone.forget(delivered);
    }
    const [record] = subBatch.records;
    if (record !== undefined && subBatch.records.length === 1 && again.length + requeued.length > 0) {
      if (next.kind === "failed" || next.kind === "exhausted") this.#noteFailure(record, "failed");
      if (next.kind === "refused" || next.kind === "suspend") this.#noteFailure(record, "refused");
    }
    const isDeadLettered = await this.#deadLetter(deadLetters, subBatch.batch);
    // The SIEM itself answered, so that it works.
    const isAlive = delivered.length > 0 || (next.kind === "go on" && deadLetters.length > 0);
    if (isAlive && isDeadLettered && circuit.state !== closed) circuit.happened({ kind: "delivered" });
    this.#sendAgain(again);
    if (requeued.length > 0) this.#requeue({ ...subBatch, records: requeued, doubt: undefined }, next);
    this.#report(next, stance, subBatch);
  }

  #delivered({ subBatch: { records, doubt, oversize }, result: { kind }, bytes, isCut, tookMs }: Attempt): void {
    const { limit, window } = this.#flow;
    const { deliveries, recoveries } = this.#flow.progress;
    const earlier = records.length === 1 ? this.#lone.of(records[0])?.kind : doubt?.kind;
    const hasRecovered = earlier === "failed" && kind === "accepted";
    this.#flow.progress = { deliveries: deliveries + 1, recoveries: recoveries + (hasRecovered ? 1 : 0) };
    if (kind !== "accepted") return;
    window.passed({ events: records.length, isCut, tookMs, waiting: this.#options.queue.waiting });
    limit.passed(bytes);
    if (oversize === undefined || oversize.bytes === 0) return;
    oversize.left -= records.length;
    oversize.passedBytes = Math.max(oversize.passedBytes, bytes);
    if (oversize.left === 0 && oversize.passedBytes < oversize.bytes) limit.learn(oversize.bytes, oversize.passedBytes);
  }

  #sendAgain(again: readonly AgainSubBatch[]): void {
    const { workload } = this.#flow;
    const { deliveries } = this.#flow.progress;
    const now: SubBatch[] = [];
    for (const { subBatch, when, doubt: kind } of again) {
      const reason = this.#flow.health.lastError ?? "no reason given";
      const doubt: Doubt | undefined = kind && { kind, reason, deliveries };
      const next = { ...subBatch, doubt };
      if (when === "now") now.push(next);
      else if (when === "later") workload.push(next);
      else workload.putAside(next, this.#options.clock.elapsed() + this.#waitOf(subBatch.retries).ms);
    }
    workload.unshift(now);
  }

  /** Reports to the circuit what the verdict tells. */
  #report(next: Next, stance: Scene["stance"], { retries }: SubBatch): void {
    const { circuit } = this.#flow;
    // The next pipeline finds out.
    if (this.#flow.ending === "hand over") return;
    switch (next.kind) {
      case "go on":
        return;
      case "suspend": {
        const probe = next.fix === STRANGER ? "event" : "check";
        return this.#hold({ kind: "suspend", reason: next.reason, fix: next.fix, probe });
      }
      case "exhausted":
        return this.#hold(next);
      case "busy":
        if (stance === "sending") circuit.happened({ kind: "busy", wait: this.#waitOf(1, next.afterMs) });
        return;
      case "failed":
        // An attempt under way when the destination was found down is not a probe.
        if (stance === "ending") return;
        if (!next.counts && stance === "sending" && !next.wait) return;
        // A queue that does not hold must not wait for single events while the destination is down.
        if (this.#policy.onExhausted === "hold") this.#flow.window.failed();
        return circuit.happened({
          kind: "failed",
          reason: next.reason,
          wait: next.wait ? this.#waitOf(retries + 1, next.afterMs) : undefined,
        });
      case "refused":
        if (stance !== "ending") circuit.happened(next);
        return;
      default:
        return next satisfies never;
    }
  }

  #waitOf(retry: number, afterMs?: number): Wait {
    const { clock, delivery } = this.#options;
    const { maxBackoffMs: capMs, jitter } = delivery;
    const wait = { retry: Math.max(1, retry), afterMs, random: clock.random() };
    const ms = retryDelayMs(wait, { baseMs: BACKOFF_BASE_MS, capMs, jitter });
    return { ms, isAsked: afterMs !== undefined };
  }

  /** Holds the destination until a probe passes, and requeues what was taken. */
  #hold(event: CircuitEvent): void {
    if (this.#flow.ending !== undefined && event.kind === "exhausted") return;
    this.#giveBack(this.#flow.workload.takeAll());
    this.#flow.circuit.happened(event);
  }

  /** Requeues a sub-batch with those after it, which would otherwise precede it. */
  #requeue(subBatch: SubBatch, next: Next): void {
    const isHeld = next.kind === "suspend" || next.kind === "exhausted";
    this.#giveBack([subBatch, ...(isHeld && this.#flow.ending === undefined ? this.#flow.workload.takeAll() : [])]);
  }

  #giveBack(subBatches: readonly SubBatch[]): void {
    const { account, queue } = this.#options;
    if (subBatches.length === 0) return;
    for (const { records, history } of subBatches)
      if (history !== undefined) account.attempts.remember(records, history);
    if (this.#flow.ending === undefined) {
      const together = new Returning();
      for (const { batch, records } of subBatches) together.add(batch, records);
      return queue.requeue(together.takeAll());
    }
    for (const { batch, records } of subBatches) this.#putBack(batch, records);
  }

  /** Requeues events now, or together when the pipeline ends. */
  #putBack(batch: TakenBatch, records: readonly AcceptedEvent[]): void {
    if (this.#flow.ending === undefined) return this.#options.queue.requeue(records);
    this.#flow.returning.add(batch, records);
    // Anything sent now would precede them.
    if (this.#options.delivery.ordered) this.#flow.ending = "hand over";
  }
}

type TransmittedOutcome = Extract<Outcome, { kind: "transmitted" }>;

interface Decided extends Division {
  readonly next: Next;
  readonly stance: Scene["stance"];
}

const allDelivered: Decided = {
  delivered: [],
  deadLetters: [],
  again: [],
  requeued: [],
  next: { kind: "go on" },
  stance: "sending",
};

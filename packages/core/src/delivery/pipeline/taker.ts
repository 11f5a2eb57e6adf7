// Longer than a page because permits, circuit and shutdown together decide what is next.
import { checkPassed } from "../../connector/check-report.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { runCheck } from "../transmit/run-check.ts";
import type { Select } from "../transmit/shape/select.ts";
import { selected } from "../transmit/shape/select.ts";
import type { Transmitter } from "../transmit/transmitter.ts";
import { holdOf, isSending } from "./circuit-state.ts";
import type { NewDeadLetter } from "./dead-letter-writer.ts";
import type { Flow, FlowOptions, Moment } from "./flow.ts";
import type { Observe } from "./observe.ts";
import type { SubBatch } from "./sub-batch.ts";
import { freshSubBatch } from "./sub-batch.ts";
import type { TakenBatch } from "./taken-batches.ts";
import type { Turn } from "./workload.ts";

export interface TakerOptions extends FlowOptions {
  readonly transmitter: Pick<Transmitter, "check">;
  /** Undefined if every event is wanted. */
  readonly select: Select | undefined;
  /** Told of every event that is taken. */
  readonly observe?: Observe | undefined;
  /** Called when the queue may have capacity. */
  readonly onCapacity: () => void;
}

/** In ordered delivery, number of failing events expired one by one, each followed by a probe. */
const MOST_EXPIRED_ALONE = 3;
/** Size of a group of expired events. */
const EXPIRED_AT_A_TIME = 1000;

/** The first stage: decides what is sent or given up next. */
export class Taker {
  readonly #options: TakerOptions;
  readonly #flow: Flow;
  readonly #transmit: (turn: Turn) => Promise<boolean>;
  #isChecking = false;
  #isExpiring = false;
  #expiredAlone = 0;
  #turn = 0;
  #cancelTimer: (() => void) | undefined;
  /** Whether a timer is set for the events now waiting. */
  #isFlushSet = false;
  #idleWaiters: (() => void)[] = [];

  /** `transmit` is the next stage. It resolves to false if events to dead-letter had to be kept. */
  constructor(options: TakerOptions, flow: Flow, transmit: (turn: Turn) => Promise<boolean>) {
    this.#options = options;
    this.#flow = flow;
    this.#transmit = transmit;
  }

  /** Notes that events were appended. */
  appended(): void {
    // Most calls end here: a timer is set and the batch is not full.
    if (this.#isFlushSet && this.#options.queue.waiting < this.#options.delivery.batchSize) return;
    this.pump();
  }

  /** Sends batches unfilled from now on. Resolves when every event is settled or delivery is stuck. */
  settled(): Promise<void> {
    this.#flow.isFlushing = true;
    this.pump();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.notifyIdle();
    });
  }

  /** Stops the timer. */
  stopTimer(): void {
    this.#setTimer(undefined);
  }

  /** Hands on everything that can be done now. */
  pump(): void {
    const at = this.#flow.moment();
    while (this.#flow.permitsTaken < this.#flow.concurrency) {
      const turn = this.#nextTurn(at);
      if (turn === undefined) break;
      void this.#run(turn);
    }
    this.#giveUpDoubts(at);
    this.#flow.health.note(this.#flow.circuit.state, this.#flow.workload.aside, at.now);
    this.#armTimer(at);
    this.notifyIdle();
  }

  /** Runs a turn with its permit. */
  async #run(turn: Turn): Promise<void> {
    this.#flow.permitsTaken++;
    await this.#transmit(turn);
    this.#flow.permitsTaken--;
    this.#afterProbe();
    this.pump();
  }

  #nextTurn(at: Moment): Turn | undefined {
    const { workload, progress } = this.#flow;
    if (this.#flow.takesNoMore(at) || this.#isExpiring || this.#flow.paceWait(at) > 0) return undefined;
    const { state } = this.#flow.circuit;
    if (!isSending(state)) return this.#flow.isEnding ? undefined : sent(this.#nextProbe(at));
    if (state.kind === "backing off" && state.until > at.elapsed && !this.#flow.isEnding) return undefined;
    const turn = workload.next(at.elapsed, progress, this.#flow.hasOthers(0, at));
    return turn ?? (this.#flow.mayTake(at) ? sent(this.#take(at)) : undefined);
  }

  /** Takes the next events that pass the filter; undefined if there are none or they are being read from disk. */
  #take(at: Moment): SubBatch | undefined {
    const { queue } = this.#options;
    while (true) {
      const taken = queue.take(this.#flow.window.events);
      if (taken.length === 0) {
        this.#flow.isAwaitingRead = queue.waiting > 0;
        return undefined;
      }
      const wanted = this.#wanted(taken);
      if (wanted.length > 0) return freshSubBatch(this.#batchOf(wanted));
      if (!this.#flow.mayTake(at)) return undefined;
    }
  }

  /** Takes one event after those that failed as probes. */
  #takeProbe(skip: number): SubBatch | undefined {
    const { queue } = this.#options;
    const taken = queue.take(skip + 1);
    if (taken.length === 0 && queue.waiting > 0) {
      this.#flow.isAwaitingRead = true;
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

  /** Returns taken events without those left out, which are settled as filtered. */
  #wanted(taken: readonly AcceptedEvent[]): readonly AcceptedEvent[] {
    const { queue, select, account, observe } = this.#options;
    const { wanted, unwanted } = selected(taken, select);
    observe?.(wanted, unwanted);
    if (unwanted.length === 0) return wanted;
    queue.ack(unwanted, "filtered");
    account.counts.filtered += unwanted.length;
    return wanted;
  }

  /** Gives up the events left at the end that only a status refused. */
  #giveUpDoubts(at: Moment): void {
    if (
      this.#flow.permitsTaken > 0 ||
      !this.#flow.workload.hasPending ||
      !this.#flow.circuit.isSending ||
      this.#isExpiring
    )
      return;
    if (this.#flow.takesNoMore(at)) return;
    if (this.#flow.workload.isRefused && !this.#flow.mayTake(at)) void this.#run({ kind: "all refused" });
  }

  // Probing

  #nextProbe(at: Moment): SubBatch | undefined {
    const { queue } = this.#options;
    if (this.#flow.permitsTaken > 0 || queue.waiting === 0 || this.#flow.isAwaitingRead || this.#isChecking)
      return undefined;
    const { state } = this.#flow.circuit;
    const hold = holdOf(state);
    if (hold === undefined) return undefined;
    if (state.kind !== "probing") {
      if (at.elapsed < hold.probeAt) return undefined;
      if (hold.kind === "suspended" && hold.probe === "check") {
        this.#flow.circuit.checking();
        if (this.#options.transmitter.check !== undefined) {
          void this.#probeByCheck();
          return undefined;
        }
      }
      this.#flow.circuit.happened({ kind: "probe" });
    }
    const subBatch = this.#takeProbe(hold.skip);
    if (subBatch !== undefined || this.#flow.isAwaitingRead) return subBatch;
    // All waiting events failed as probes: the next round starts at the head.
    this.#flow.circuit.happened({ kind: "no more" });
    this.#afterProbe();
    return undefined;
  }

  async #probeByCheck(): Promise<void> {
    this.#isChecking = true;
    const report = await runCheck(this.#options.transmitter, this.#flow.stopSignal);
    this.#isChecking = false;
    if (this.#flow.isEnding) return this.notifyIdle();
    const failed = report.steps.find((step) => step.status === "failed");
    if (checkPassed(report)) this.#flow.circuit.happened({ kind: "checked" });
    else {
      const reason = failed?.detail ?? "check failed";
      this.#flow.circuit.happened({ kind: "suspend", reason, fix: failed?.fix, probe: "check" });
      this.#afterProbe();
    }
    this.pump();
  }

  /** Expires events after failed probes: only then is it certain that the destination does not take them. */
  #afterProbe(): void {
    const { state } = this.#flow.circuit;
    if (isSending(state) || state.kind === "probing" || state.rounds === 0 || this.#flow.isEnding || this.#isExpiring)
      return;
    const { queue, clock, delivery } = this.#options;
    const oldest = queue.oldestAcceptedAt();
    if (oldest === undefined || oldest + delivery.holdForMs > clock.now()) return;
    void this.#expire();
  }

  /** Expires events with a permit, so that nothing overtakes them. Never rejects. */
  async #expire(): Promise<void> {
    this.#isExpiring = true;
    this.#flow.permitsTaken++;
    try {
      await this.#expireHeld();
    } catch (error) {
      await this.#transmit({ kind: "broken off", error, subBatch: undefined });
    }
    this.#flow.permitsTaken--;
    this.#isExpiring = false;
    this.pump();
  }

  async #expireHeld(): Promise<void> {
    const { queue, clock, delivery, account } = this.#options;
    const limit = clock.now() - delivery.holdForMs;
    // In ordered delivery, events behind a failing one are tried before they expire too.
    const isAlone = delivery.ordered && this.#expiredAlone++ < MOST_EXPIRED_ALONE;
    const most = isAlone ? 1 : EXPIRED_AT_A_TIME;
    while (!this.#flow.isStopped) {
      const taken = queue.take(most);
      if (taken.length === 0) {
        this.#flow.isAwaitingRead = queue.waiting > 0;
        return;
      }
      queue.requeue(taken.filter((record) => record.acceptedAt > limit));
      const expired = this.#wanted(taken.filter((record) => record.acceptedAt <= limit));
      const reason = `held for longer than ${Math.round(delivery.holdForMs / 1000)} s: ${this.#flow.health.lastError ?? "never delivered"}`;
      const deadLetters = expired.map((record): NewDeadLetter => {
        return { record, stage: "expired", reason, history: account.attempts.recall(record) };
      });
      const isDone = await this.#transmit({ kind: "expired", deadLetters, isAlone, batch: this.#batchOf(expired) });
      if (isAlone || !isDone || expired.length < taken.length) return;
    }
  }

  // Waiting

  #armTimer(at: Moment): void {
    if (this.#flow.isEnding) return this.#setTimer(undefined);
    const paceWait = this.#flow.paceWait(at);
    if (paceWait === Number.POSITIVE_INFINITY) return this.#setTimer(undefined);
    if (paceWait > 0) return this.#setTimer(this.#options.queue.size > 0 ? paceWait : undefined);
    const { state } = this.#flow.circuit;
    const hold = holdOf(state);
    const now = at.elapsed;
    if (hold !== undefined) {
      const isBusy =
        this.#flow.permitsTaken > 0 ||
        this.#isChecking ||
        this.#flow.isAwaitingRead ||
        this.#options.queue.waiting === 0;
      return this.#setTimer(isBusy ? undefined : hold.probeAt - now);
    }
    // If every permit is taken, the next one returned looks at the queue.
    if (this.#flow.permitsTaken >= this.#flow.concurrency) return this.#setTimer(undefined);
    if (state.kind === "backing off" && state.until > now) return this.#setTimer(state.until - now);
    const flushWait = this.#options.queue.waiting > 0 && !this.#flow.isAwaitingRead ? this.#flow.flushWait(at) : 0;
    const { dueAt } = this.#flow.workload;
    const asideWait = dueAt === undefined ? Number.POSITIVE_INFINITY : Math.max(0, dueAt - now);
    // Due events wait for a permit.
    if (flushWait > 0 && flushWait <= asideWait) this.#setTimer(flushWait, true);
    else this.#setTimer(Number.isFinite(asideWait) ? asideWait : undefined);
  }

  #setTimer(waitMs: number | undefined, isFlush = false): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    // Any timer looks at the queue. If nothing waited, the flush interval begins with the next event.
    this.#isFlushSet = waitMs !== undefined && this.#options.queue.waiting > 0;
    if (waitMs === undefined) return;
    this.#cancelTimer = this.#options.clock.after(waitMs, () => {
      this.#cancelTimer = undefined;
      this.#isFlushSet = false;
      this.#flow.isFlushDue = isFlush;
      this.pump();
      this.#flow.isFlushDue = false;
    });
  }

  /** Notifies waiting callers when delivery is done or stuck. */
  notifyIdle(): void {
    const { queue, onCapacity } = this.#options;
    onCapacity();
    const { returning, circuit, isClosed } = this.#flow;
    const finished =
      queue.size === returning.size || !circuit.isSending || isClosed || this.#flow.takesNoMore(this.#flow.moment());
    // A probe may take long; a finished pipeline does not wait for it.
    if (!finished || this.#flow.permitsTaken > 0 || (this.#isChecking && !this.#flow.isEnding)) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.#flow.isFlushing = this.#flow.isEnding;
  }
}

function sent(subBatch: SubBatch | undefined): Turn | undefined {
  return subBatch && { kind: "send", subBatch };
}

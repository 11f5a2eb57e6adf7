import type { CheckReport } from "../../connector/check-report.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { DeliverySettings } from "../delivery-settings.ts";
import type { Queue } from "../queue/queue-store.ts";
import { runCheck } from "../transmit/run-check.ts";
import { selected } from "../transmit/shape/select.ts";
import type { Transmitter } from "../transmit/transmitter.ts";
import { holdOf } from "./circuit-state.ts";
import type { NewDeadLetter } from "./dead-letter-writer.ts";
import type { Ending } from "./flow.ts";
import { Flow } from "./flow.ts";
import type { PipelineStatus } from "./pipeline-status.ts";
import type { SettlerOptions } from "./settler.ts";
import { Settler } from "./settler.ts";
import { untried } from "./sub-batch.ts";
import type { TakerOptions } from "./taker.ts";
import { Taker } from "./taker.ts";
import { createTransmit } from "./transmit.ts";

export interface PipelineOptions extends SettlerOptions, TakerOptions {
  readonly transmitter: Pick<Transmitter, "transmit" | "check">;
}

/** Neither well nor sick: it was told to wait. */
const PAUSED = {
  health: "pending",
  reason: "paused by hand",
  fix: "Resume it: arbitex-siem resume ID, or delivery.paused: false.",
} as const;

/**
 * Takes events from one destination's queue and settles each, with one configuration. A chain of three stages, each of
 * which knows only the next: the taker decides what is next, `transmit` makes an attempt, the settler settles the
 * events. They share the flow.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #flow: Flow;
  readonly #settler: Settler;
  readonly #taker: Taker;

  constructor(options: PipelineOptions) {
    const { transmitter, account, clock } = options;
    this.#options = options;
    const flow = new Flow(options);
    const settler = new Settler(options, flow);
    const transmit = createTransmit({
      transmitter,
      account,
      clock,
      flow,
      queue: options.queue,
      settle: (outcome) => settler.settle(outcome),
    });
    this.#flow = flow;
    this.#settler = settler;
    this.#taker = new Taker(options, flow, transmit);
  }

  get queue(): Queue {
    return this.#options.queue;
  }

  get delivery(): DeliverySettings {
    return this.#options.delivery;
  }

  /** Starts with the events already queued. */
  start(): void {
    if (this.queue.size > 0) this.#taker.pump();
  }

  /** Notes that events were appended. */
  appended(): void {
    this.#taker.appended();
  }

  /** Notes that events were read from disk. */
  readyToTake(): void {
    if (!this.#flow.isAwaitingRead) return;
    this.#flow.isAwaitingRead = false;
    this.#taker.pump();
  }

  /** Notes that another process took events over, or left some. */
  moved(): void {
    this.#taker.pump();
  }

  lost(count: number): void {
    this.#options.logger.error({ count }, "events are lost: the disk does not give them back");
    this.#taker.notifyIdle();
  }

  /** Dead-letters events that a full queue did not take. */
  async overflowed(records: readonly AcceptedEvent[]): Promise<void> {
    const { select, account, writeDeadLetters } = this.#options;
    const { wanted, unwanted } = selected(records, select);
    const deadLetters = wanted.map((record): NewDeadLetter => {
      return { record, stage: "overflow", reason: "queue full", history: untried };
    });
    await writeDeadLetters(deadLetters, () => {
      account.counts.filtered += unwanted.length;
      account.counts.accepted += records.length;
    });
  }

  /** Whether delivery waits for a person or for time. */
  get isStuck(): boolean {
    return !this.#flow.circuit.isSending || this.#flow.isClosed;
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
      lastError: this.#flow.health.lastError,
      learnedBatchBytes: this.#flow.limit.bytes,
      ...this.#flow.health.status(this.#flow.circuit.state, this.#flow.workload.aside),
      ...(delivery.paused === true && PAUSED),
      healthSince: this.#flow.health.since,
      nextAttemptAt: this.#nextAttemptAt(),
    };
  }

  #nextAttemptAt(): number | undefined {
    const { state } = this.#flow.circuit;
    if (this.#options.queue.size === 0 || this.#flow.isEnding) return undefined;
    const moment = this.#flow.moment();
    const paceWait = this.#flow.paceWait(moment);
    const at = state.kind === "backing off" ? state.until : holdOf(state)?.probeAt;
    if ((at === undefined && paceWait === 0) || paceWait === Number.POSITIVE_INFINITY) return undefined;
    return moment.now + Math.max(0, (at ?? 0) - moment.elapsed, paceWait);
  }

  /** Sends batches unfilled from now on. Resolves when every event is settled or delivery is stuck. */
  settled(): Promise<void> {
    return this.#taker.settled();
  }

  /** Runs the sink's check in any state. */
  check(): Promise<CheckReport> {
    return runCheck(this.#options.transmitter, this.#flow.stopSignal);
  }

  /** Settles its events with one attempt each, until it is done, stuck, or `deadlineMs` have passed. */
  drain(deadlineMs: number): Promise<void> {
    return this.#end("drain", deadlineMs);
  }

  /** Takes no more. Attempts under way have `graceMs` to end. */
  handOver(graceMs: number): Promise<void> {
    return this.#end("hand over", graceMs);
  }

  /** Aborts the attempts of an ending pipeline. */
  abort(): void {
    this.#flow.stop();
    this.#taker.notifyIdle();
  }

  async #end(ending: Ending, deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#flow.ending = ending;
    this.#flow.workload.hurry();
    const cancelDeadline = clock.after(deadlineMs, () => this.abort());
    if (deadlineMs <= 0) this.#flow.stop();
    await this.settled();
    cancelDeadline();
    this.#flow.stop();
    this.#taker.stopTimer();
    await this.queue.end?.();
    this.#settler.returnAll();
  }
}

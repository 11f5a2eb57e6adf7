import { setMaxListeners } from "node:events";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { DeliverySettings } from "../delivery-settings.ts";
import type { Queue } from "../queue/queue-store.ts";
import type { Account } from "./account.ts";
import { BatchWindow } from "./batch-window.ts";
import { Circuit } from "./circuit.ts";
import { DeliveryHealth } from "./delivery-health.ts";
import { LearnedLimit } from "./learned-limit.ts";
import { Returning } from "./taken-batches.ts";
import { Pace } from "./pace.ts";
import type { Progress } from "./workload.ts";
import { Workload } from "./workload.ts";

/**
 * How a pipeline ends. `drain` settles what it can with one attempt each; `hand over` sends nothing more. Unsettled
 * events go back to the queue, in order.
 */
export type Ending = "drain" | "hand over";

export interface FlowOptions {
  readonly delivery: DeliverySettings;
  readonly queue: Queue;
  readonly account: Account;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The time of one look at what to do next. The look decides and sets its timer by the same reading: between two, a wait
 * could end that the first still sees and the second does not, and nothing would look again.
 */
export interface Moment {
  /** Wall time, as `Clock.now`. */
  readonly now: number;
  /** As `Clock.elapsed`. */
  readonly elapsed: number;
}

/** Most events that wait separately because they fail while others pass. Above it, no batch is taken. */
const MOST_ASIDE = 1000;

/** State shared by the stages of a pipeline: what is under way, what may be taken, and the results so far. */
export class Flow {
  readonly circuit: Circuit;
  readonly health: DeliveryHealth;
  readonly limit = new LearnedLimit();
  readonly window: BatchWindow;
  readonly workload: Workload;
  /** When it may send. */
  readonly pace: Pace;
  /** Events not settled while the pipeline ends. */
  readonly returning = new Returning();
  readonly concurrency: number;
  readonly #options: FlowOptions;
  #stop: AbortController | undefined;

  progress: Progress = { deliveries: 0, recoveries: 0 };
  ending: Ending | undefined;
  /** Whether attempts and probes were aborted. */
  isStopped = false;
  permitsTaken = 0;
  /** Whether batches are sent unfilled. */
  isFlushing = false;
  /** Whether the next events are being read from disk. */
  isAwaitingRead = false;
  /** Whether the oldest event has waited for the flush interval; unaffected by changes of the machine's clock. */
  isFlushDue = false;

  constructor(options: FlowOptions) {
    const { clock, logger, delivery, queue } = options;
    this.#options = options;
    this.health = new DeliveryHealth(clock.now());
    this.circuit = new Circuit({
      clock,
      logger,
      ordered: delivery.ordered,
      held: () => queue.size,
      lastError: () => this.health.lastError,
    });
    this.workload = new Workload(delivery.ordered);
    this.pace = new Pace(delivery);
    this.window = new BatchWindow(delivery);
    this.concurrency = delivery.ordered ? 1 : delivery.concurrency;
  }

  /** Aborts attempts and probes. Made at its first use: an idle destination needs none. */
  get stopSignal(): AbortSignal {
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      // Every attempt under way adds a listener. Node would warn of a leak.
      setMaxListeners(0, this.#stop.signal);
      if (this.isStopped) this.#stop.abort();
    }
    return this.#stop.signal;
  }

  stop(): void {
    this.isStopped = true;
    this.#stop?.abort();
  }

  get isEnding(): boolean {
    return this.ending !== undefined;
  }

  moment(): Moment {
    const { clock } = this.#options;
    return { now: clock.now(), elapsed: clock.elapsed() };
  }

  /** Whether nothing more is taken. */
  takesNoMore(at: Moment): boolean {
    return this.ending === "hand over" || this.isStopped || (this.isEnding && this.paceWait(at) > 0);
  }

  /** Its delivery window is closed: nothing moves before it opens. */
  get isClosed(): boolean {
    return this.pace.isClosed(this.#options.clock.now());
  }

  /** How long until its window and its bound of bytes let something be sent; 0 when they do now. */
  paceWait({ now, elapsed }: Moment): number {
    return this.pace.waitMs(now, elapsed);
  }

  /** Returns whether a batch may be taken from the queue. */
  mayTake(at: Moment): boolean {
    const { queue, delivery } = this.#options;
    if (queue.waiting === 0 || this.isAwaitingRead || this.workload.aside >= MOST_ASIDE) return false;
    if (this.workload.hasPending) {
      // Later events may show whether the failed ones are at fault, unless they would overtake them.
      const { isDoubtful, batches } = this.workload;
      const isTooMuch = isDoubtful ? batches > this.concurrency : this.permitsTaken + batches >= this.concurrency;
      if (delivery.ordered || isTooMuch) return false;
    }
    if (this.isFlushing || queue.waiting >= delivery.batchSize) return true;
    return this.isFlushDue || this.flushWait(at) <= 0;
  }

  /** Returns whether anything but doubtful events can be sent now, or is under way besides `own` attempts. */
  hasOthers(own: number, at: Moment): boolean {
    return this.permitsTaken > own || !this.workload.isDoubtful || this.mayTake(at);
  }

  /**
   * Returns the milliseconds until the flush interval of the oldest event ends. A clock set back makes no event wait
   * longer.
   */
  flushWait({ now }: Moment): number {
    const { queue, delivery } = this.#options;
    const waited = now - (queue.oldestAcceptedAt() ?? 0);
    return Math.min(delivery.flushIntervalMs, delivery.flushIntervalMs - waited);
  }
}

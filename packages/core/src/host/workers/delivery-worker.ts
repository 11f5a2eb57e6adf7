import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Logger } from "../../telemetry/logger.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { Hide } from "../secrets/hide-secrets.ts";
import type { Answer, Order, WorkerSettings } from "./messages.ts";

export interface DeliveryWorkerOptions {
  /** Number of the worker in its host, for the log. */
  readonly number: number;
  readonly settings: WorkerSettings;
  readonly logger: Logger;
  /** Hides the secrets of the destinations opened here. */
  readonly hide: Hide;
  /**
   * Time without an answer, three times in a row, after which the worker counts as hung; longer while it opens a
   * destination. Default 30 s.
   */
  readonly patienceMs?: number | undefined;
  /** Called when the worker ends unasked. */
  readonly onEnd: () => void;
}

const PATIENCE_MS = 30_000;
/** Silent checks allowed: one may be early if the whole process was suspended. */
const SILENT_LOOKS = 2;
/** Silent checks allowed while opening: importing a connector blocks the thread, for long on a busy machine. */
const SILENT_LOOKS_OPENING = 10;

/** Outcome of a job: an answer, or the worker's end without one. */
export type Outcome = Extract<Answer, { readonly job: number }> | { readonly kind: "ended"; readonly reason: string };

/** An order without its job number, which is added when it is sent. */
export type Asked = Order extends infer Each
  ? Each extends { readonly job: number }
    ? Omit<Each, "job">
    : never
  : never;

interface Job {
  readonly kind: Asked["kind"];
  /** Called with the outcome. */
  readonly settle: (outcome: Outcome) => void;
}

/** One worker thread. Every job gets an outcome, however the worker ends. */
export class DeliveryWorker {
  readonly #options: DeliveryWorkerOptions;
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  readonly #knownBlocks = new Set<number>();
  #orders: Order[] = [];
  #lastJob = 0;
  #ended: Outcome | undefined;
  #endReason: string | undefined;
  #isClosing = false;
  #isWatched = false;
  /** Checks since the last message. Its start, which may take long, does not count. */
  #silentLooks = 0;
  #hasStarted = false;

  constructor(options: DeliveryWorkerOptions) {
    this.#options = options;
    const script = createRequire(import.meta.url).resolve("#worker-thread");
    this.#worker = new Worker(script, {
      workerData: options.settings,
      name: `delivery-${options.number}`,
      // A program given on the command line sets an input type, which a worker refuses for a file.
      ...(process.execArgv.some((word) => word.startsWith("--input-type")) && { execArgv: [] }),
    });
    this.#worker.on("message", (answers: readonly Answer[]) => {
      this.#silentLooks = 0;
      this.#hasStarted = true;
      for (const answer of answers) this.#hear(answer);
    });
    this.#worker.on("error", (error) => (this.#endReason ??= options.hide(describeFailure(error))));
    this.#worker.on("exit", (code) => this.#end(this.#endReason ?? `it ended with exit code ${code}`));
    this.#worker.unref();
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Sends an order; `settle` is called once with its outcome. Returns a function that cancels the wait. */
  ask(asked: Asked, settle: (outcome: Outcome) => void): () => void {
    if (this.#ended !== undefined) {
      settle(this.#ended);
      return () => undefined;
    }
    const job = ++this.#lastJob;
    // The worker keeps the process alive only while a job waits.
    if (this.#jobs.size === 0) this.#worker.ref();
    this.#jobs.set(job, { kind: asked.kind, settle });
    this.#post({ ...asked, job });
    if (!this.#isWatched) this.#lookLater();
    return () => {
      if (this.#jobs.has(job)) this.#post({ kind: "abort", job });
    };
  }

  /** Returns whether the worker already has this block, and notes that it now does. */
  knows(block: number): boolean {
    if (this.#knownBlocks.has(block)) return true;
    this.#knownBlocks.add(block);
    return false;
  }

  drop(block: number): void {
    if (this.#knownBlocks.delete(block) && this.#ended === undefined) this.#post({ kind: "drop", block });
  }

  /** Terminates the thread. */
  async end(): Promise<void> {
    this.#isClosing = true;
    await this.#worker.terminate();
  }

  /** Sends the orders of one turn together: a message costs more than its content. */
  #post(order: Order): void {
    if (this.#orders.push(order) > 1) return;
    queueMicrotask(() => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.#worker.postMessage(this.#orders);
      this.#orders = [];
    });
  }

  #lookLater(): void {
    this.#isWatched = true;
    setTimeout(() => this.#look(), this.#options.patienceMs ?? PATIENCE_MS).unref();
  }

  /** Terminates a worker that no longer answers. Without this, its events would be held for ever, unnoticed. */
  #look(): void {
    this.#isWatched = false;
    if (this.#jobs.size === 0 || this.#ended !== undefined) return;
    const isOpening = [...this.#jobs.values()].some(({ kind }) => kind === "open");
    if (this.#silentLooks >= (isOpening ? SILENT_LOOKS_OPENING : SILENT_LOOKS)) {
      this.#endReason ??= "it hung, and was ended: a connector never came back";
      void this.#worker.terminate();
      return;
    }
    if (this.#hasStarted) this.#silentLooks++;
    this.#post({ kind: "ping" });
    this.#lookLater();
  }

  #hear(answer: Answer): void {
    if (answer.kind === "alive") return;
    if (answer.kind === "log") {
      const { destination, level, facts, text } = answer;
      this.#options.logger.child({ destination })[level](facts, text);
      return;
    }
    const job = this.#jobs.get(answer.job);
    if (job === undefined) return;
    this.#jobs.delete(answer.job);
    if (this.#jobs.size === 0) this.#worker.unref();
    job.settle(answer);
  }

  #end(reason: string): void {
    const { logger, number } = this.#options;
    if (!this.#isClosing) {
      this.#options.onEnd();
      logger.error({ worker: number, jobs: this.#jobs.size, reason }, "a worker ended; its destinations open again");
    }
    const ended = { kind: "ended", reason } as const;
    this.#ended = ended;
    const waiting = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const { settle } of waiting) settle(ended);
  }
}

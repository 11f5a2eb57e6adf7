import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Logger } from "../../telemetry/logger.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { Hide } from "../secrets/hide-secrets.ts";
import type { Answer, Order, WorkerSettings } from "./messages.ts";

export interface DeliveryWorkerOptions {
  /** Rises with each worker of a host, for its log. */
  readonly number: number;
  readonly settings: WorkerSettings;
  readonly logger: Logger;
  /** Hides the secrets of what is open here. */
  readonly hide: Hide;
  /** How long it may be silent while somebody waits for it, three times in a row, before it is taken to hang; longer while it opens. Default 30 s. */
  readonly patienceMs?: number | undefined;
  /** It has ended, and nobody asked it to. */
  readonly onEnd: () => void;
}

const PATIENCE_MS = 30_000;
/** One look may come too soon, when the whole process was asleep. */
const SILENT_LOOKS = 2;
/** Opening imports a connector and whatever that needs, during which a thread answers nobody, and for long on a busy machine. */
const SILENT_LOOKS_OPENING = 10;

/** What comes back from a worker: its answer, or that it ended without one. */
export type Outcome = Extract<Answer, { readonly job: number }> | { readonly kind: "ended"; readonly reason: string };

/** An order without its number, which is given when it is sent. */
export type Asked = Order extends infer Each
  ? Each extends { readonly job: number }
    ? Omit<Each, "job">
    : never
  : never;

interface Job {
  readonly kind: Asked["kind"];
  /** Hears the outcome. */
  readonly settle: (outcome: Outcome) => void;
}

/** One worker thread. Whatever ends it, every job comes to an outcome. */
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
  /** Looks since it was last heard of; its start, which may take long on a busy machine, is none of them. */
  #silentLooks = 0;
  #hasStarted = false;

  constructor(options: DeliveryWorkerOptions) {
    this.#options = options;
    const script = createRequire(import.meta.url).resolve("#worker-thread");
    this.#worker = new Worker(script, {
      workerData: options.settings,
      name: `delivery-${options.number}`,
      // A program that was given on the command line says of what kind it is, and a worker refuses to hear that of a file.
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

  /** Sends an order; `settle` hears its outcome, once. Gives a way to say that nobody waits for it any more. */
  ask(asked: Asked, settle: (outcome: Outcome) => void): () => void {
    if (this.#ended !== undefined) {
      settle(this.#ended);
      return () => undefined;
    }
    const job = ++this.#lastJob;
    // Only while somebody waits does it keep the process alive.
    if (this.#jobs.size === 0) this.#worker.ref();
    this.#jobs.set(job, { kind: asked.kind, settle });
    this.#post({ ...asked, job });
    if (!this.#isWatched) this.#lookLater();
    return () => {
      if (this.#jobs.has(job)) this.#post({ kind: "abort", job });
    };
  }

  /** Whether the worker has this block already, which it does from now on. */
  knows(block: number): boolean {
    if (this.#knownBlocks.has(block)) return true;
    this.#knownBlocks.add(block);
    return false;
  }

  drop(block: number): void {
    if (this.#knownBlocks.delete(block) && this.#ended === undefined) this.#post({ kind: "drop", block });
  }

  /** Ends the thread, whatever it is doing. */
  async end(): Promise<void> {
    this.#isClosing = true;
    await this.#worker.terminate();
  }

  /** Together with what else is ordered in this moment: a message costs more than what is in it. */
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

  /** A connector that never comes back would otherwise hold its events for ever, and nobody would know. */
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

import type { SendResult } from "../connector/send-result.ts";
import type { Logger } from "../telemetry/logger.ts";
import { describeFailure } from "../transport/classify-failure.ts";
import type { Account } from "./account.ts";
import type { Bury, Leaving } from "./burial.ts";
import type { Carrier } from "./carrier.ts";
import type { Circuit } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import type { DeliveryHealth } from "./delivery-health.ts";
import type { DeliverySettings } from "./delivery-settings.ts";
import type { TriedPiece } from "./divide.ts";
import { divide } from "./divide.ts";
import type { EventRecord } from "./event-record.ts";
import { LearnedLimit } from "./learned-limit.ts";
import type { Unpackable } from "./packer.ts";
import type { AttemptHistory, Piece } from "./piece.ts";
import { withAttempt } from "./piece.ts";
import { isLettersFull, LETTERS_FULL_FIX } from "./letter-budget.ts";
import type { Queue } from "./queue-store.ts";
import { retryDelayMs } from "./retry-policy.ts";
import type { SettlePolicy } from "./settle.ts";
import { settle } from "./settle.ts";
import type { TakenBatch } from "./taken-batches.ts";
import { Returning } from "./taken-batches.ts";

export interface SenderOptions {
  readonly carrier: Pick<Carrier, "carry" | "check">;
  readonly delivery: DeliverySettings;
  readonly queue: Queue;
  readonly account: Account;
  readonly bury: Bury;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SenderParts {
  readonly circuit: Circuit;
  readonly health: DeliveryHealth;
  /** Ends attempts. */
  readonly stop: AbortSignal;
  /** No other batch is under way. */
  readonly isAlone: () => boolean;
}

/**
 * How a destination's pipeline comes to its end. Draining, it settles all that it can with single attempts; handing over,
 * it sends nothing more. Either way, what is not settled goes back to the queue, in order.
 */
export type Ending = "drain" | "hand over";

const BACKOFF_BASE_MS = 1000;
/** When dead letters cannot be written, events that have expired wait this long for the next try. */
const BURIAL_RETRY_MS = 30_000;

/** Sends batches that were taken from the queue, and settles each of their events. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #parts: SenderParts;
  readonly #policy: SettlePolicy;
  /** What could not be settled while the pipeline ends. */
  readonly #returning = new Returning();
  readonly #limit = new LearnedLimit();
  #ending: Ending | undefined;
  #turn = 0;
  /** No event is expired before, by the clock that never goes back: the last dead letters could not be written. */
  burialRetryAt = 0;

  constructor(options: SenderOptions, parts: SenderParts) {
    const { delivery } = options;
    this.#options = options;
    this.#parts = parts;
    this.#policy = {
      maxRetries: delivery.maxRetries,
      onExhausted: delivery.ordered ? "hold" : delivery.onExhausted,
    };
  }

  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** From now on each event has one attempt more, or none. */
  end(ending: Ending): void {
    this.#ending = ending;
  }

  /** How many events wait for the end, to go back to the queue. */
  get returning(): number {
    return this.#returning.size;
  }

  /** At the end, when nothing is under way. */
  returnAll(): void {
    this.#options.queue.release(this.#returning.takeAll());
  }

  batchOf(records: readonly EventRecord[]): TakenBatch {
    return { turn: this.#turn++, records };
  }

  /** Resolves when every event of the batch is settled, or goes back. Never rejects. */
  async deliver(batch: TakenBatch): Promise<void> {
    const work: Piece[] = [{ records: batch.records, retries: 0, history: undefined }];
    while (true) {
      const piece = work.shift();
      if (piece === undefined) return;
      await this.#parts.circuit.passable();
      if (this.#mustRelease()) return this.#release([piece, ...work], batch);
      await this.#attempt(piece, work, batch);
    }
  }

  /** Another permit found the destination down or refused; only a probe, alone, goes on. */
  #mustRelease(): boolean {
    const { stop, circuit, isAlone } = this.#parts;
    if (stop.aborted || this.#ending === "hand over") return true;
    if (circuit.isClosed) return false;
    return this.#ending !== undefined || !isAlone() || !circuit.isProbeDue;
  }

  async #attempt(piece: Piece, work: Piece[], batch: TakenBatch): Promise<void> {
    const { carrier, clock, account } = this.#options;
    const { stop, health, circuit } = this.#parts;
    const { records, retries, body } = piece;
    const startedAt = clock.now();
    const started = clock.elapsed();
    const { attempts } = piece.history ?? account.attempts.peekAll(records);
    const carried = await carrier.carry({ records, attempt: attempts + 1, body, mostBytes: this.#limit.bytes }, stop);
    const seconds = (clock.elapsed() - started) / 1000;
    const { sent, result, unpackable, rest } = carried;
    if (rest.length > 0) work.unshift({ records: rest, retries, history: piece.history });
    if (unpackable.length > 0) await this.#buryUnpackable(unpackable, piece, batch);
    if (result === undefined) return;
    account.counts.attempts[result.kind]++;
    account.sendSeconds.observe(seconds);
    if (health.observe(result, clock.now()) && !circuit.isClosed) this.resume();
    const history = withAttempt(piece.history ?? account.attempts.recallAll(sent), result, startedAt);
    const refusedBytes = this.#learn(piece, result, carried.bytes);
    await this.#apply({ records: sent, retries, history, body: carried.body, refusedBytes }, result, { work, batch });
  }

  /** The smallest body with these events that was refused as too large. */
  #learn({ refusedBytes }: Piece, result: SendResult, bytes: number): number | undefined {
    if (bytes === 0) return refusedBytes;
    if (result.kind === "too-large") return Math.min(bytes, refusedBytes ?? bytes);
    if (result.kind !== "accepted") return refusedBytes;
    if (refusedBytes !== undefined && bytes < refusedBytes) this.#limit.learn(refusedBytes, bytes);
    else this.#limit.passed();
    return refusedBytes;
  }

  async #apply(
    piece: TriedPiece,
    result: SendResult,
    { work, batch }: { readonly work: Piece[]; readonly batch: TakenBatch },
  ): Promise<void> {
    const { queue, clock, delivery, account } = this.#options;
    const { health, circuit } = this.#parts;
    const { records } = piece;
    if (result.kind === "accepted") {
      queue.ack(records);
      account.counts.delivered += records.length;
      return;
    }
    const plan = settle({ size: records.length, retries: piece.retries }, result, this.#policyNow());
    const { delivered, leaving, again, released } = divide(piece, plan);
    queue.ack(delivered);
    account.counts.delivered += delivered.length;
    if (delivered.length > 0) health.delivered(clock.now());
    const areBuried = await this.bury(leaving, batch);
    work.unshift(...again);
    if (released.length > 0) {
      // With what comes after them, which would end up before them. While it ends, order is kept otherwise.
      const after = this.#ending === undefined ? work.splice(0) : [];
      this.#release([{ ...piece, records: released }, ...after], batch);
    }

    const reason = "reason" in result ? result.reason : "some events were refused";
    // The next pipeline finds out by itself.
    if (this.#ending === "hand over") return;
    if (plan.next === "suspend" && result.kind === "suspend") circuit.suspend(result.reason, result.fix);
    else if (plan.next === "hold" && this.#ending === undefined) circuit.open(reason);
    else if (areBuried && plan.again.some(({ isRetry }) => isRetry)) this.#backOff(piece, result, delivery);
  }

  /** While it ends, and as a probe, a batch has one attempt, and is kept. */
  #policyNow(): SettlePolicy {
    if (this.#ending !== undefined || !this.#parts.circuit.isClosed) return { maxRetries: 0, onExhausted: "hold" };
    return this.#policy;
  }

  #backOff(piece: Piece, result: SendResult, { maxBackoffMs, jitter }: DeliverySettings): void {
    const { clock, logger } = this.#options;
    const { circuit, health } = this.#parts;
    const afterMs = result.kind === "retry" || result.kind === "partial" ? result.afterMs : undefined;
    const waitMs = retryDelayMs(
      { retry: piece.retries + 1, afterMs, random: clock.random() },
      { baseMs: BACKOFF_BASE_MS, capMs: maxBackoffMs, jitter },
    );
    circuit.backOff(waitMs);
    logger.debug({ reason: health.lastError, waitMs }, "destination did not take a batch, backing off");
  }

  /** The destination works again. */
  resume(): void {
    this.#parts.circuit.close();
    this.#parts.health.recovered();
  }

  // Leaving other than by delivery

  #release(pieces: readonly Piece[], batch: TakenBatch): void {
    // Backwards, so that the first piece ends up first.
    for (const { records, history } of pieces.toReversed()) {
      if (history !== undefined) this.#options.account.attempts.remember(records, history);
      this.#putBack(records, batch);
    }
  }

  /** Now, or all together when the pipeline has come to its end. */
  #putBack(records: readonly EventRecord[], batch: TakenBatch): void {
    if (this.#ending === undefined) return this.#options.queue.release(records);
    this.#returning.add(batch, records);
    // Whatever was sent now would come before them.
    if (this.#options.delivery.ordered) this.#ending = "hand over";
  }

  async #buryUnpackable(unpackable: readonly Unpackable[], { history }: Piece, batch: TakenBatch): Promise<void> {
    const leaving = unpackable.map((letter) => ({ ...letter, history: history ?? this.historyOf(letter.record) }));
    await this.bury(leaving, batch);
  }

  /** What was tried with an event before; forgotten with this. */
  historyOf(record: EventRecord): AttemptHistory {
    return this.#options.account.attempts.recall(record);
  }

  /** Dead-letters taken events. When that fails they go back to the queue and the destination is held: nothing is lost. */
  async bury(leaving: readonly Leaving[], batch: TakenBatch): Promise<boolean> {
    if (leaving.length === 0) return true;
    const { bury, account, queue, clock } = this.#options;
    const { health, circuit } = this.#parts;
    const records = leaving.map(({ record }) => record);
    try {
      await bury(leaving, () => queue.ack(records));
    } catch (error) {
      for (const { record, history } of leaving) account.attempts.remember([record], history);
      this.#putBack(records, batch);
      health.lastError = describeFailure(error);
      this.burialRetryAt = clock.elapsed() + BURIAL_RETRY_MS;
      if (isLettersFull(error)) circuit.suspend(health.lastError, LETTERS_FULL_FIX);
      else circuit.open(`dead letters cannot be written: ${health.lastError}`);
      return false;
    }
    return true;
  }
}

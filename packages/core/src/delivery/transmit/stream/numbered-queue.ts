import type { Clock } from "../../../clock.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { bytesOf } from "../../../event/accepted-event.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import type { Queue } from "../../queue/queue-store.ts";
import type { Fate } from "../../queue/totals.ts";
import type { Select } from "../shape/select.ts";
import { NumberedEvent, originalOf } from "./numbered-event.ts";
import type { NumberingSettings } from "./numbering-settings.ts";
import type { NumberedBatch, Stream } from "./stream.ts";

export interface NumberedQueueOptions {
  readonly queue: Queue;
  readonly stream: Stream;
  readonly select: Select | undefined;
  readonly settings: NumberingSettings;
  readonly clock: Pick<Clock, "after">;
  readonly logger: Logger;
  /** Counts events that were not selected. Their acknowledgement follows in the same tick. */
  readonly onFiltered: (count: number) => void;
  /** Dead-letters events that cannot be numbered. Rejects if that fails. */
  readonly deadLetter: (failed: NumberedBatch["failed"], settle: () => void) => Promise<void>;
  /** Called when more events can be taken. */
  readonly onReady: () => void;
}

const WRITE_AGAIN_MS = 1000;
/** Batches whose numbers are written down together, if they wait, and about how many bytes at most. */
const BATCHES_AHEAD = 4;
const BYTES_AHEAD = 1024 * 1024;

/**
 * Wraps a queue so that its events are selected, numbered and shaped before they are taken. While numbers are being
 * written down, it looks like a queue that is reading from disk. Events that go back keep their form.
 */
export class NumberedQueue implements Queue {
  readonly #options: NumberedQueueOptions;
  readonly #queue: Queue;
  #ready: NumberedEvent[] = [];
  /** Events being numbered. */
  #numbering: readonly AcceptedEvent[] = [];
  #filling: Promise<void> | undefined;
  #isEnded = false;

  constructor(options: NumberedQueueOptions) {
    this.#options = options;
    this.#queue = options.queue;
  }

  get size(): number {
    return this.#queue.size;
  }

  get waiting(): number {
    return this.#ready.length + this.#numbering.length + this.#queue.waiting;
  }

  get bytes(): number {
    return this.#queue.bytes;
  }

  get totalsBefore() {
    return this.#queue.totalsBefore;
  }

  oldestAcceptedAt(): number | undefined {
    return (this.#ready[0] ?? this.#numbering[0])?.acceptedAt ?? this.#queue.oldestAcceptedAt();
  }

  take(maxEvents: number): AcceptedEvent[] {
    // Another recipient has the queue.
    if (this.#isEnded) return this.#queue.take(maxEvents);
    if (this.#ready.length < maxEvents && this.waiting > this.#ready.length) {
      this.#startFill(maxEvents);
      return [];
    }
    const taken = this.#ready.splice(0, maxEvents);
    // The next batch is numbered while this one is sent.
    if (this.#ready.length === 0 && this.#queue.waiting >= maxEvents) this.#startFill(maxEvents);
    return taken;
  }

  ack(records: readonly AcceptedEvent[], fate: Fate): void {
    this.#options.stream.settled(records);
    this.#queue.ack(records.map(originalOf), fate);
    if (this.#queue.size === 0) this.#options.stream.queueIsEmpty();
  }

  requeue(records: readonly AcceptedEvent[]): void {
    if (this.#isEnded) return this.#queue.requeue(records.map(originalOf));
    this.#ready = [...records.filter((record) => record instanceof NumberedEvent), ...this.#ready];
  }

  maySend(records: readonly AcceptedEvent[]): boolean {
    return this.#queue.maySend?.(records.map(originalOf)) !== false;
  }

  listen(listener: Parameters<Queue["listen"]>[0]): void {
    this.#queue.listen(listener);
  }

  /** Returns what is numbered and not taken to the queue, for a configuration that may shape it differently. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#filling;
    this.#queue.requeue(this.#ready.splice(0).map(originalOf));
  }

  #startFill(maxEvents: number): void {
    if (this.#isEnded || this.#filling !== undefined) return;
    this.#filling = this.#fillAndTell(maxEvents);
  }

  async #fillAndTell(maxEvents: number): Promise<void> {
    const isDone = await this.#fill(maxEvents);
    this.#filling = undefined;
    if (isDone) this.#options.onReady();
  }

  /** Resolves to whether more can be taken now. Never rejects. */
  async #fill(maxEvents: number): Promise<boolean> {
    const { clock, logger, onReady } = this.#options;
    try {
      while (!this.#isEnded && this.#ready.length < maxEvents && this.#queue.waiting > 0) {
        const taken = this.#takeAhead(maxEvents);
        // They are being read from disk. The queue's own notice follows.
        if (taken.length === 0) return false;
        await this.#number(taken);
      }
      return true;
    } catch (error) {
      logger.error({ reason: describeFailure(error) }, "numbers cannot be written down, events wait");
      clock.after(WRITE_AGAIN_MS, onReady);
      return false;
    }
  }

  /** Takes the next batches: each sync costs as much as hundreds of numbers. */
  #takeAhead(maxEvents: number): readonly AcceptedEvent[] {
    const taken: AcceptedEvent[] = [];
    let bytes = 0;
    for (let batch = 0; batch < BATCHES_AHEAD && bytes < BYTES_AHEAD; batch++) {
      const more = this.#queue.take(batch === 0 ? maxEvents - this.#ready.length : maxEvents);
      if (more.length === 0) break;
      for (const record of more) taken.push(record);
      bytes += bytesOf(more);
    }
    return taken;
  }

  async #number(taken: readonly AcceptedEvent[]): Promise<void> {
    const { stream, select, settings, onFiltered, deadLetter } = this.#options;
    const wanted = taken.filter((record) => stream.isSelected(record, select));
    if (wanted.length < taken.length) {
      const isWanted = new Set(wanted);
      onFiltered(taken.length - wanted.length);
      this.#queue.ack(
        taken.filter((record) => !isWanted.has(record)),
        "filtered",
      );
    }
    this.#numbering = wanted;
    let open = wanted;
    try {
      const { records, failed } = await stream.number(wanted, settings);
      if (failed.length > 0) {
        const refused = failed.map(({ record }) => record);
        await deadLetter(failed, () => this.#queue.ack(refused, "deadLettered"));
        open = records.map(originalOf);
      }
      for (const record of records) this.#ready.push(record);
    } catch (error) {
      this.#queue.requeue(open);
      throw error;
    } finally {
      this.#numbering = [];
    }
  }
}

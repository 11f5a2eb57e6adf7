import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import type { Clock } from "../../../clock.ts";
import type { AckLog, Settlement } from "./ack-log.ts";

export interface AckFlushOptions {
  readonly log: AckLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nextSequence: () => number;
  /** Returns the current settlements of a destination, also of one without a queue. */
  readonly settlementOf: (destinationId: string) => Settlement;
}

// After a kill, events settled since the last flush are sent again; after a power cut, since the last sync.
const FLUSH_MS = 20;
const FLUSH_EVENTS = 2000;
const SYNC_MS = 1000;

/** Records settlements on disk with a short delay, for all queues together. Nothing waits for it. */
export class AckFlush {
  readonly #options: AckFlushOptions;
  // Names, not queues: a destination that was forgotten and opened again has a new queue, and one truth.
  readonly #changed = new Set<string>();
  #events = 0;
  #syncDueAt: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #timerAt = 0;
  #flushing: Promise<void> | undefined;
  #closed = false;
  #struggling = false;

  constructor(options: AckFlushOptions) {
    this.#options = options;
  }

  /** Writes the known state into a new file; old files are never appended to. */
  async begin(): Promise<void> {
    await this.#options.log.write(new Map(), this.#options.nextSequence()).catch((error: unknown) => {
      this.#options.logger.warn({ reason: describeFailure(error) }, "settlements cannot be written down");
    });
  }

  settled(destinationId: string, events: number): void {
    this.#changed.add(destinationId);
    this.#events += events;
    if (this.#closed || this.#flushing !== undefined) return;
    if (this.#events >= FLUSH_EVENTS) this.#start();
    else this.#arm(FLUSH_MS);
  }

  /**
   * Resolves once the current settlements were written or failed to be. A file is removed only after the settlements of
   * its events are recorded, but a full disk must not keep it.
   */
  async written(): Promise<void> {
    await this.#flushing;
    if (this.#closed || this.#changed.size === 0) return;
    if (this.#flushing === undefined) this.#start();
    await this.#flushing;
  }

  /** Resolves once the current settlements are synced; rejects if they cannot be. */
  async synced(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#closed) return;
    const writing = this.#write(true);
    const settling = writing
      .catch(() => undefined)
      .finally(() => {
        if (this.#flushing === settling) this.#flushing = undefined;
        if (this.#changed.size > 0 && !this.#closed) this.#arm(FLUSH_MS);
      });
    this.#flushing = settling;
    await writing;
  }

  /** Writes and syncs everything. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer?.();
    await this.#flushing;
    await this.#write(true).catch((error: unknown) => {
      this.#options.logger.warn({ reason: describeFailure(error) }, "settlements cannot be written down");
    });
    await this.#options.log.close();
  }

  /** Closes without writing. */
  async abandon(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    await this.#flushing;
    await this.#options.log.close();
  }

  #arm(waitMs: number): void {
    const at = this.#options.clock.elapsed() + waitMs;
    if (this.#cancelTimer !== undefined && this.#timerAt <= at) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    this.#cancelTimer = this.#options.clock.after(waitMs, () => this.#start());
  }

  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = undefined;
    });
  }

  async #flush(): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      await this.#write(clock.elapsed() >= (this.#syncDueAt ?? Number.POSITIVE_INFINITY));
      this.#struggling = false;
    } catch (error) {
      // They stay in memory for another try; after a crash their events are repeated.
      if (!this.#struggling) logger.warn({ reason: describeFailure(error) }, "settlements cannot be written down");
      this.#struggling = true;
    }
    if (this.#closed) return;
    if (this.#changed.size > 0) this.#arm(this.#struggling ? SYNC_MS : FLUSH_MS);
    else if (this.#syncDueAt !== undefined) this.#arm(this.#syncDueAt - clock.elapsed());
  }

  async #write(sync: boolean): Promise<void> {
    const { log, clock, nextSequence, settlementOf } = this.#options;
    const destinationIds = [...this.#changed];
    this.#changed.clear();
    this.#events = 0;
    try {
      if (destinationIds.length > 0) {
        await log.write(new Map(destinationIds.map((id) => [id, settlementOf(id)])), nextSequence());
        this.#syncDueAt ??= clock.elapsed() + SYNC_MS;
      }
      if (sync) {
        this.#syncDueAt = undefined;
        await log.sync();
      }
    } catch (error) {
      for (const id of destinationIds) this.#changed.add(id);
      throw error;
    }
  }
}

import type { Logger } from "../../telemetry/logger.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { WriteDeadLetters } from "./dead-letter-writer.ts";
import type { Clock } from "../../clock.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { sameOrg } from "../../event/same-org.ts";
import { untried } from "./sub-batch.ts";
import type { Queue, QueueListener } from "../queue/queue-store.ts";
import type { Fate } from "../queue/totals.ts";

export interface OwnEventsOptions {
  readonly queue: Queue;
  readonly orgId: string;
  readonly writeDeadLetters: WriteDeadLetters;
  readonly clock: Pick<Clock, "after">;
  readonly logger: Logger;
  /** Called when more events can be taken. */
  readonly onReady: () => void;
}

const REASON = "the destination was another organisation's when the event was accepted";
const WRITE_AGAIN_MS = 10_000;

/**
 * A queue from which only this organisation's events are taken. A disk queue may hold another's if the destination
 * changed owner. Those become dead letters, stage `removed`, of their own organisation.
 *
 * A class: an object literal with getters costs a destination 2 kB, since none of its shapes is shared.
 */
export class OwnEvents implements Queue {
  readonly totalsBefore: Queue["totalsBefore"];
  readonly #options: OwnEventsOptions;

  constructor(options: OwnEventsOptions) {
    this.#options = options;
    this.totalsBefore = options.queue.totalsBefore;
  }

  get size(): number {
    return this.#options.queue.size;
  }

  get waiting(): number {
    return this.#options.queue.waiting;
  }

  get bytes(): number {
    return this.#options.queue.bytes;
  }

  oldestAcceptedAt(): number | undefined {
    return this.#options.queue.oldestAcceptedAt();
  }

  take(maxEvents: number): AcceptedEvent[] {
    const { queue } = this.#options;
    const taken = queue.take(maxEvents);
    if (taken.every((record) => this.#isOwn(record))) return taken;
    // The taker sees a queue still being read, and looks again once the others are gone.
    queue.requeue(taken.filter((record) => this.#isOwn(record)));
    void this.#giveUp(taken.filter((record) => !this.#isOwn(record)));
    return [];
  }

  ack(records: readonly AcceptedEvent[], fate: Fate): void {
    this.#options.queue.ack(records, fate);
  }

  requeue(records: readonly AcceptedEvent[]): void {
    this.#options.queue.requeue(records);
  }

  listen(listener: QueueListener): void {
    this.#options.queue.listen(listener);
  }

  maySend(records: readonly AcceptedEvent[]): boolean {
    return this.#options.queue.maySend?.(records) ?? true;
  }

  #isOwn({ orgId }: AcceptedEvent): boolean {
    return orgId !== null && sameOrg(orgId, this.#options.orgId);
  }

  async #giveUp(foreign: readonly AcceptedEvent[]): Promise<void> {
    const { queue, writeDeadLetters, clock, logger, onReady } = this.#options;
    const deadLetters = foreign.map(
      (record) => ({ record, stage: "removed", reason: REASON, history: untried }) as const,
    );
    try {
      await writeDeadLetters(deadLetters, () => queue.ack(foreign, "deadLettered"));
      onReady();
    } catch (error) {
      queue.requeue(foreign);
      logger.error({ count: foreign.length, reason: describeFailure(error) }, "dead letters cannot be written");
      clock.after(WRITE_AGAIN_MS, onReady);
    }
  }
}

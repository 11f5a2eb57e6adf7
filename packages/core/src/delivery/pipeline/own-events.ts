import type { Logger } from "../../telemetry/logger.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { WriteDeadLetters } from "./dead-letter-writer.ts";
import type { Clock } from "../../clock.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { sameOrg } from "../../event/same-org.ts";
import { untried } from "./sub-batch.ts";
import type { Queue } from "../queue/queue-store.ts";

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
 * Wraps a queue so that only this organisation's events are taken. A disk queue may hold another's if the destination
 * changed owner. Those become dead letters, stage `removed`, of their own organisation.
 */
export function ownEvents({ queue, orgId, writeDeadLetters, clock, logger, onReady }: OwnEventsOptions): Queue {
  const isOwn = (record: AcceptedEvent) => record.orgId !== null && sameOrg(record.orgId, orgId);

  async function giveUp(foreign: readonly AcceptedEvent[]): Promise<void> {
    const deadLetters = foreign.map(
      (record) => ({ record, stage: "removed", reason: REASON, history: untried }) as const,
    );
    try {
      await writeDeadLetters(deadLetters, () => queue.ack(foreign));
      onReady();
    } catch (error) {
      queue.requeue(foreign);
      logger.error({ count: foreign.length, reason: describeFailure(error) }, "dead letters cannot be written");
      clock.after(WRITE_AGAIN_MS, onReady);
    }
  }

  return {
    get size() {
      return queue.size;
    },
    get waiting() {
      return queue.waiting;
    },
    get bytes() {
      return queue.bytes;
    },
    totalsBefore: queue.totalsBefore,
    oldestAcceptedAt: () => queue.oldestAcceptedAt(),
    take(maxEvents) {
      const taken = queue.take(maxEvents);
      if (taken.every(isOwn)) return taken;
      // The taker sees a queue still being read, and looks again once the others are gone.
      queue.requeue(taken.filter(isOwn));
      void giveUp(taken.filter((record) => !isOwn(record)));
      return [];
    },
    ack: (records) => queue.ack(records),
    requeue: (records) => queue.requeue(records),
    listen: (listener) => queue.listen(listener),
    ...(queue.maySend !== undefined && { maySend: queue.maySend.bind(queue) }),
  };
}

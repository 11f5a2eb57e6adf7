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
  /** Called when more can be taken. */
  readonly onReady: () => void;
}

const REASON = "the destination was another organisation's when the event was accepted";
const WRITE_AGAIN_MS = 10_000;

/**
 * A queue whose taker sees this organisation's events alone. A queue on a disk may hold another's: the destination was
 * given away in the meantime. Those become dead letters, stage `removed`, which still say whose they are.
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
      // To the taker it is as if the disk had not given them yet: it looks again when those of others are gone.
      queue.requeue(taken.filter(isOwn));
      void giveUp(taken.filter((record) => !isOwn(record)));
      return [];
    },
    ack: (records) => queue.ack(records),
    requeue: (records) => queue.requeue(records),
    listen: (listener) => queue.listen(listener),
  };
}

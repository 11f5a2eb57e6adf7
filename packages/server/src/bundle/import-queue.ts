import { SiemError } from "@arbitex/core";
import type { Queue, QueueStore, WriteBatch } from "@arbitex/core/host";
import { createMemoryQueueStore } from "@arbitex/core/host";

export interface ImportQueueStore extends QueueStore {
  /** Announces the positions of the next published events, in order. */
  expect(positions: readonly number[]): void;
}

/**
 * A queue in memory whose events are also in the bundle. So no event becomes a dead letter when the import ends, and
 * settled events are recorded by their position in the bundle.
 */
export function createImportQueueStore(note: (positions: readonly number[]) => void): ImportQueueStore {
  const memory = createMemoryQueueStore();
  /** Maps a queue to its wrapper that records settled events. */
  const noting = new Map<Queue, Queue>();
  const innerOf = (queue: Queue) => noting.get(queue) ?? queue;
  let expected: readonly number[] = [];
  return {
    durable: true,
    get bytes() {
      return memory.bytes;
    },
    async open(destinationId) {
      const queue = await memory.open(destinationId);
      const outer = notingQueue(queue, note);
      noting.set(outer, queue);
      return outer;
    },
    forget: (destinationId) => memory.forget(destinationId),
    expect(positions) {
      expected = positions;
    },
    append(writeBatches) {
      number(writeBatches, expected);
      return memory.append(writeBatches.map(({ records, queues }) => ({ records, queues: queues.map(innerOf) })));
    },
    close: () => memory.close(),
  };
}

/** Uses positions as sequences. All or none: a position that is off by one would lose an event. */
function number(writeBatches: readonly WriteBatch[], positions: readonly number[]): void {
  const records = writeBatches.filter(({ queues }) => queues.length > 0).flatMap((batch) => batch.records);
  if (records.length !== positions.length) {
    const what = `Of the ${positions.length} events from position ${positions[0] ?? 0} on, the destination may get only ${records.length}`;
    const fix = "the others belong to another organisation, or this release cannot read them";
    throw new SiemError("SIEM_BUNDLE_INVALID", `${what}: ${fix}. None of them was delivered.`);
  }
  for (const [index, record] of records.entries()) record.sequence = positions[index] ?? 0;
}

function notingQueue(queue: Queue, note: (positions: readonly number[]) => void): Queue {
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
    totalsBefore: undefined,
    oldestAcceptedAt: () => queue.oldestAcceptedAt(),
    take: (maxEvents) => queue.take(maxEvents),
    ack(records, fate) {
      if (records.length > 0) note(records.map(({ sequence }) => sequence).toSorted((a, b) => a - b));
      queue.ack(records, fate);
    },
    requeue: (records) => queue.requeue(records),
    listen: (listener) => queue.listen(listener),
  };
}

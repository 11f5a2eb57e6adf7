import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Queue, QueueListener, QueueStore } from "./queue-store.ts";

/** Creates a queue store in memory: fast, but lost with the process. Queues share records without copying. */
export function createMemoryQueueStore(): QueueStore {
  const queues = new Map<string, MemoryQueue>();
  const total: Total = { bytes: 0 };
  return {
    durable: false,
    get bytes() {
      return total.bytes;
    },
    open(destinationId) {
      let queue = queues.get(destinationId);
      if (queue === undefined) {
        queue = new MemoryQueue(total);
        queues.set(destinationId, queue);
      }
      return queue;
    },
    forget(destinationId) {
      if (queues.get(destinationId)?.size === 0) queues.delete(destinationId);
    },
    append(writeBatches) {
      for (const { records, queues: targets } of writeBatches) {
        for (const queue of targets) {
          asMemoryQueue(queue).push(records);
        }
      }
      for (const { queues: targets } of writeBatches) for (const queue of targets) asMemoryQueue(queue).tell();
    },
    async close() {
      queues.clear();
    },
  };
}

function asMemoryQueue(queue: Queue): MemoryQueue {
  if (!(queue instanceof MemoryQueue)) throw new TypeError("a queue of another store");
  return queue;
}

/** Total of all queues, so that a publish need not read each. */
interface Total {
  bytes: number;
}
/** Queue length from which waiting events are compacted; shorter waits do not matter. */
const LONG_WAIT_EVENTS = 8192;

/** A ring buffer that doubles when full, so that both ends are cheap. */
class MemoryQueue implements Queue {
  readonly totalsBefore = undefined;
  size = 0;
  waiting = 0;
  bytes = 0;
  #ring: (AcceptedEvent | undefined)[] = [];
  #head = 0;
  #fresh = 0;
  #listener: QueueListener | undefined;
  readonly #total: Total;

  constructor(total: Total) {
    this.#total = total;
  }

  listen(listener: QueueListener): void {
    this.#listener = listener;
  }

  /** Notifies the listener. Separate from `push`, so that nothing is taken before every queue has its events. */
  tell(): void {
    if (this.#fresh === 0) return;
    const fresh = this.#fresh;
    this.#fresh = 0;
    this.#listener?.appended(fresh);
  }

  push(records: readonly AcceptedEvent[]): void {
    if (this.waiting > LONG_WAIT_EVENTS) for (const record of records) record.compact();
    this.#makeSpace(records.length);
    const mask = this.#ring.length - 1;
    let at = this.#head + this.waiting;
    let bytes = 0;
    for (const record of records) {
      this.#ring[at++ & mask] = record;
      bytes += record.bytes;
    }
    this.bytes += bytes;
    this.#total.bytes += bytes;
    this.waiting += records.length;
    this.size += records.length;
    this.#fresh += records.length;
  }

  oldestAcceptedAt(): number | undefined {
    return this.waiting === 0 ? undefined : this.#ring[this.#head]?.acceptedAt;
  }

  take(maxEvents: number): AcceptedEvent[] {
    const taken: AcceptedEvent[] = [];
    const mask = this.#ring.length - 1;
    for (let left = Math.min(maxEvents, this.waiting); left > 0; left--) {
      const record = this.#ring[this.#head];
      if (record !== undefined) taken.push(record);
      this.#ring[this.#head] = undefined;
      this.#head = (this.#head + 1) & mask;
    }
    this.waiting -= taken.length;
    if (this.waiting === 0) this.#shrink();
    return taken;
  }

  ack(records: readonly AcceptedEvent[]): void {
    let bytes = 0;
    for (const record of records) bytes += record.bytes;
    this.size -= records.length;
    this.bytes -= bytes;
    this.#total.bytes -= bytes;
  }

  requeue(records: readonly AcceptedEvent[]): void {
    this.#makeSpace(records.length);
    const mask = this.#ring.length - 1;
    this.#head = (this.#head - records.length) & mask;
    let at = this.#head;
    for (const record of records) this.#ring[at++ & mask] = record;
    this.waiting += records.length;
  }

  #makeSpace(count: number): void {
    const needed = this.waiting + count;
    if (needed <= this.#ring.length) return;
    let capacity = Math.max(16, this.#ring.length);
    while (capacity < needed) capacity *= 2;
    const mask = this.#ring.length - 1;
    const grown = Array.from<AcceptedEvent | undefined>({ length: capacity });
    for (let index = 0; index < this.waiting; index++) grown[index] = this.#ring[(this.#head + index) & mask];
    this.#ring = grown;
    this.#head = 0;
  }

  /** Shrinks the ring after a burst. */
  #shrink(): void {
    this.#head = 0;
    if (this.#ring.length > 1024) this.#ring = [];
  }
}

import type { EventBlock } from "../../event/event-block.ts";
import { createEventBlock, readEvents } from "../../event/event-block.ts";
import type { AcceptedEventFields } from "../../event/accepted-event.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";
import type { LoadOrder, RunOrder } from "./messages.ts";

/** Events that a worker reads from blocks shared with the host's thread. */
export interface ReceivedEvents {
  records(events: LoadOrder["events"]): readonly AcceptedEvent[];
  /** Forgets a block. */
  drop(block: number): void;
}

interface KnownBlock {
  readonly shared: Buffer;
  /** A copy private to this thread: copying from shared memory is slower, and each destination copies. */
  readonly own: EventBlock;
}

/** Recently read runs kept for the worker's other destinations. More would only grow old. */
const KEPT_RUNS = 16;

export function createReceivedEvents(): ReceivedEvents {
  const blocks = new Map<number, KnownBlock>();
  const runs = new Map<string, readonly AcceptedEvent[]>();

  function runOf(order: RunOrder): readonly AcceptedEvent[] {
    const key = `${order.filling} ${order.at} ${order.end}`;
    const read = runs.get(key);
    if (read !== undefined) return read;
    const { shared, own } = blockOf(order);
    shared.copy(own.bytes, order.at, order.at, order.end);
    const records = readEvents(own, order);
    runs.set(key, records);
    if (runs.size > KEPT_RUNS) dropOldest();
    return records;
  }

  function dropOldest(): void {
    for (const key of runs.keys()) {
      runs.delete(key);
      return;
    }
  }

  function blockOf({ block: id, memory }: RunOrder): KnownBlock {
    const known = blocks.get(id);
    if (known !== undefined) return known;
    if (memory === undefined) throw new TypeError(`block ${id} never came to this worker`);
    const own = createEventBlock(new ArrayBuffer(memory.byteLength));
    const block = { shared: createEventBlock(memory).bytes, own };
    blocks.set(id, block);
    return block;
  }

  return {
    records(events) {
      const [first] = events;
      if (events.length === 1 && first !== undefined && isRun(first)) return runOf(first);
      return events.flatMap((part) => (isRun(part) ? runOf(part) : [new AcceptedEvent(part)]));
    },
    drop(block) {
      blocks.delete(block);
    },
  };
}

function isRun(part: RunOrder | AcceptedEventFields): part is RunOrder {
  return "block" in part;
}

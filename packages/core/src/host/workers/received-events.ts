import type { EventBlock } from "../../delivery/event-block.ts";
import { createEventBlock, readEvents } from "../../delivery/event-block.ts";
import type { EventRecordFields } from "../../delivery/event-record.ts";
import { EventRecord } from "../../delivery/event-record.ts";
import type { LoadOrder, RunOrder } from "./messages.ts";

/** Events as a worker finds them in the blocks that it shares with the host's thread. */
export interface ReceivedEvents {
  records(events: LoadOrder["events"]): readonly EventRecord[];
  /** The block is not used any more. */
  drop(block: number): void;
}

interface KnownBlock extends EventBlock {
  filling: number;
  /** Runs that were read already, by where they begin: for the next destination of this worker. */
  readonly runs: Map<number, readonly EventRecord[]>;
}

export function createReceivedEvents(): ReceivedEvents {
  const blocks = new Map<number, KnownBlock>();

  function runOf(order: RunOrder): readonly EventRecord[] {
    const block = blockOf(order);
    const read = block.runs.get(order.at);
    if (read?.length === order.count) return read;
    const records = readEvents(block, order);
    block.runs.set(order.at, records);
    return records;
  }

  function blockOf({ block: id, memory, filling }: RunOrder): KnownBlock {
    let block = blocks.get(id);
    if (block === undefined) {
      if (memory === undefined) throw new TypeError(`block ${id} never came to this worker`);
      block = { ...createEventBlock(memory), filling, runs: new Map() };
      blocks.set(id, block);
    }
    if (block.filling !== filling) {
      block.filling = filling;
      block.runs.clear();
    }
    return block;
  }

  return {
    records(events) {
      const [first] = events;
      if (events.length === 1 && first !== undefined && isRun(first)) return runOf(first);
      return events.flatMap((part) => (isRun(part) ? runOf(part) : [new EventRecord(part)]));
    },
    drop(block) {
      blocks.delete(block);
    },
  };
}

function isRun(part: RunOrder | EventRecordFields): part is RunOrder {
  return "block" in part;
}

import type { EventBlock, EventRun } from "./event-block.ts";
import { createEventBlock, mostBlockBytes, writeEvent } from "./event-block.ts";
import type { AcceptedEvent } from "./accepted-event.ts";

const BLOCK_BYTES = 256 * 1024;
/** Larger events are rare and would leave much of a block unused. */
const LARGEST_IN_BLOCK = BLOCK_BYTES / 2;
/** Unread blocks that are kept: slower destinations may still need recent events. */
const KEPT_BLOCKS = 32;

/** Events for another thread, in the order of the batch. */
export interface Shipment {
  readonly parts: readonly ShipmentPart[];
  /** Call it once the other thread no longer reads them. */
  readonly release: () => void;
}

export type ShipmentPart = ShippedRun | ShippedEvent;

/** Events in a block. */
export interface ShippedRun extends EventRun {
  readonly block: FilledBlock;
}

/** An event too large for a block. */
export interface ShippedEvent {
  readonly record: AcceptedEvent;
}

/** A block between two times it is overwritten. */
export interface FilledBlock {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
  /** Unique number of this filling. */
  readonly filling: number;
}

interface Block extends EventBlock {
  readonly memory: SharedArrayBuffer;
  readonly id: number;
  filling: number;
  /** Offset of the next event. */
  next: number;
  /** Number of unreleased shipments. */
  readers: number;
}

/**
 * Writes events to memory shared with other threads, once for all destinations that are close to each other. A block is
 * overwritten when it has no reader.
 */
export class EventBlocks {
  /** Oldest filling first. */
  #blocks: Block[] = [];
  readonly #byFilling = new Map<number, Block>();
  #current: Block | undefined;
  /** Below -1, so that a record can tell a filling from a lap of `sharedBytes`. */
  #nextFilling = -2;
  #ids = 0;
  readonly #onDrop: (blockId: number) => void;

  /** `onDrop` is called for each block that is no longer used. */
  constructor(onDrop: (blockId: number) => void) {
    this.#onDrop = onDrop;
  }

  ship(records: readonly AcceptedEvent[]): Shipment {
    const parts: ShipmentPart[] = [];
    const read = new Set<Block>();
    let run: { block: Block; at: number; end: number } | undefined;
    const endRun = () => {
      if (run === undefined) return;
      const { block, at, end } = run;
      parts.push({ block: { id: block.id, memory: block.memory, filling: block.filling }, at, end });
      run = undefined;
    };
    for (const record of records) {
      const block = this.#placed(record);
      if (block === undefined) {
        endRun();
        parts.push({ record });
      } else if (run?.block === block && run.end === record.bytesAt) {
        run.end = record.bytesEnd;
      } else {
        endRun();
        run = { block, at: record.bytesAt, end: record.bytesEnd };
        if (!read.has(block)) {
          read.add(block);
          block.readers++;
        }
      }
    }
    endRun();
    return {
      parts,
      release: () => {
        for (const block of read) block.readers--;
        this.#shrink();
      },
    };
  }

  /** Returns the event's block, writing it if needed; undefined for an event too large. */
  #placed(record: AcceptedEvent): Block | undefined {
    const block = this.#byFilling.get(record.bytesIn);
    if (block !== undefined) return block;
    const most = mostBlockBytes(record);
    if (most > LARGEST_IN_BLOCK) return undefined;
    const current = this.#blockWithSpace(most);
    const at = current.next;
    current.next = writeEvent(record, current, at);
    record.bytesIn = current.filling;
    record.bytesAt = at;
    record.bytesEnd = current.next;
    return current;
  }

  #blockWithSpace(bytes: number): Block {
    if (this.#current !== undefined && this.#current.next + bytes <= BLOCK_BYTES) return this.#current;
    const block = this.#blocks.length < KEPT_BLOCKS ? this.#newBlock() : (this.#takeUnread() ?? this.#newBlock());
    this.#byFilling.delete(block.filling);
    block.filling = this.#nextFilling--;
    block.next = 0;
    this.#byFilling.set(block.filling, block);
    this.#blocks.push(block);
    this.#current = block;
    return block;
  }

  #newBlock(): Block {
    const memory = new SharedArrayBuffer(BLOCK_BYTES);
    return { ...createEventBlock(memory), memory, id: this.#ids++, filling: 0, next: 0, readers: 0 };
  }

  /** Returns the oldest block without a reader. */
  #takeUnread(): Block | undefined {
    const index = this.#blocks.findIndex((block) => block.readers === 0 && block !== this.#current);
    return index === -1 ? undefined : this.#blocks.splice(index, 1)[0];
  }

  /** Frees blocks that slow destinations had needed. */
  #shrink(): void {
    while (this.#blocks.length > KEPT_BLOCKS) {
      const block = this.#takeUnread();
      if (block === undefined) return;
      this.#byFilling.delete(block.filling);
      this.#onDrop(block.id);
    }
  }
}

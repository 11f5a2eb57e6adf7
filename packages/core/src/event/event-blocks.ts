import type { EventBlock, EventRun } from "./event-block.ts";
import { createEventBlock, mostBlockBytes, writeEvent } from "./event-block.ts";
import type { AcceptedEvent } from "./accepted-event.ts";

const BLOCK_BYTES = 256 * 1024;
/** Events larger than this are rare, and would leave much of a block unused. */
const LARGEST_IN_BLOCK = BLOCK_BYTES / 2;
/** This many blocks are kept when none reads them: what was written lately is there for slower destinations. */
const KEPT_BLOCKS = 32;

/** Events on their way to another thread, in the order of the batch. */
export interface Shipment {
  readonly parts: readonly ShipmentPart[];
  /** The other thread reads them no more. */
  readonly release: () => void;
}

export type ShipmentPart = ShippedRun | ShippedEvent;

/** Events that stand in a block. */
export interface ShippedRun extends EventRun {
  readonly block: FilledBlock;
}

/** An event that is too large for a block. */
export interface ShippedEvent {
  readonly record: AcceptedEvent;
}

/** A block from the first event that is written into it until it is written anew. */
export interface FilledBlock {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
  /** Another for each filling of any block. */
  readonly filling: number;
}

interface Block extends EventBlock {
  readonly memory: SharedArrayBuffer;
  readonly id: number;
  filling: number;
  /** Where the next event goes. */
  next: number;
  /** Shipments that are not yet released. */
  readers: number;
}

/**
 * Puts events where other threads can read them: once for all destinations, as long as these are not far behind one
 * another. A block is written anew when no reader is left.
 */
export class EventBlocks {
  /** The oldest filling first. */
  #blocks: Block[] = [];
  readonly #byFilling = new Map<number, Block>();
  #current: Block | undefined;
  /** Below -1, for a record knows by the number where its bytes were written last. */
  #nextFilling = -2;
  #ids = 0;
  readonly #onDrop: (blockId: number) => void;

  /** `onDrop` hears of each block that is used no more. */
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

  /** The block in which the event stands, once it does; undefined for one that is too large. */
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

  /** The oldest block without a reader. */
  #takeUnread(): Block | undefined {
    const index = this.#blocks.findIndex((block) => block.readers === 0 && block !== this.#current);
    return index === -1 ? undefined : this.#blocks.splice(index, 1)[0];
  }

  /** Gives up blocks that slow destinations needed. */
  #shrink(): void {
    while (this.#blocks.length > KEPT_BLOCKS) {
      const block = this.#takeUnread();
      if (block === undefined) return;
      this.#byFilling.delete(block.filling);
      this.#onDrop(block.id);
    }
  }
}

import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { bytesOf } from "../../../event/accepted-event.ts";
import type { Range } from "./ack-state.ts";
import type { PendingRange } from "./segment.ts";

/** Events of one pending range taken together. */
interface Chunk {
  readonly pendingRange: PendingRange;
  readonly first: number;
  readonly last: number;
  /** The taken events; released once all are settled, or if only sequences are to be kept. */
  records: readonly AcceptedEvent[];
  sequences: readonly number[] | undefined;
  /** Number of unsettled events. */
  left: number;
  /** Settled events; set only while some, not all, are. */
  done: Uint8Array | undefined;
}

export type OnSettled = (pendingRange: PendingRange, events: number, bytes: number) => void;

/** Tracks which events a queue gave out and which are settled, in any order. */
export class TakenLedger {
  /** In ascending sequence. */
  readonly #chunks: Chunk[] = [];
  #head = 0;
  /** Number of unsettled events given out. */
  unsettled = 0;

  /** Adds events given out for the first time. */
  add(pendingRange: PendingRange, records: readonly AcceptedEvent[]): void {
    const first = records[0]?.sequence;
    if (first === undefined) return;
    const last = records.at(-1)?.sequence ?? first;
    this.#chunks.push({
      pendingRange,
      first,
      last,
      records,
      sequences: undefined,
      left: records.length,
      done: undefined,
    });
    this.unsettled += records.length;
  }

  settle(records: readonly AcceptedEvent[], onSettled: OnSettled): void {
    for (let index = 0; index < records.length; ) {
      const record = records[index];
      if (record === undefined) break;
      const chunk = this.#chunkOf(record);
      if (chunk.done === undefined && isWhole(chunk.records, records, index)) {
        index += chunk.records.length;
        this.unsettled -= chunk.left;
        onSettled(chunk.pendingRange, chunk.left, bytesOf(chunk.records));
        close(chunk);
      } else {
        index++;
        if (!mark(chunk, record)) continue;
        this.unsettled--;
        onSettled(chunk.pendingRange, 1, record.bytes);
      }
    }
    this.#forgetSettled();
  }

  /** First unsettled sequence given out; undefined if there is none. */
  get firstUnsettled(): number | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return undefined;
    return chunk.done === undefined ? chunk.first : sequencesOf(chunk)[chunk.done.indexOf(0)];
  }

  /** Returns the pending range of an unsettled event given out; undefined for any other. */
  pendingRangeOf({ sequence }: Pick<AcceptedEvent, "sequence">): PendingRange | undefined {
    const chunk = this.#find(sequence);
    if (chunk === undefined || chunk.left === 0) return undefined;
    const at = positionOf(sequencesOf(chunk), sequence);
    return at === undefined || chunk.done?.[at] === 1 ? undefined : chunk.pendingRange;
  }

  /** Keeps only sequences: the events will be read from disk again. */
  forgetRecords(): void {
    for (const chunk of this.#chunks) {
      if (chunk.left === 0) continue;
      chunk.sequences = sequencesOf(chunk);
      chunk.records = [];
    }
  }

  /** Returns settled ranges after the first unsettled event. Adjacent events form one range. */
  settledRanges(): Range[] {
    const ranges: Range[] = [];
    let open: [number, number] | undefined;
    const endRange = () => {
      if (open !== undefined) ranges.push(open);
      open = undefined;
    };
    for (let index = this.#head; index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index];
      if (chunk === undefined) break;
      if (chunk.left === 0) open = [open?.[0] ?? chunk.first, chunk.last];
      else if (chunk.done === undefined) endRange();
      else {
        for (const [at, sequence] of sequencesOf(chunk).entries()) {
          if (chunk.done[at] === 0) endRange();
          else open = [open?.[0] ?? sequence, sequence];
        }
      }
    }
    endRange();
    const cursor = this.firstUnsettled ?? 0;
    return ranges.filter(([first]) => first > cursor);
  }

  #chunkOf({ sequence }: AcceptedEvent): Chunk {
    const chunk = this.#find(sequence);
    if (chunk === undefined) throw new TypeError("an event is settled that was not taken from this queue");
    return chunk;
  }

  #find(sequence: number): Chunk | undefined {
    let low = this.#head;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.first ?? 0) <= sequence) low = middle;
      else high = middle - 1;
    }
    const chunk = this.#chunks[low];
    return chunk === undefined || sequence < chunk.first || sequence > chunk.last ? undefined : chunk;
  }

  #forgetSettled(): void {
    while (this.#chunks[this.#head]?.left === 0) this.#head++;
    if (this.#head < 64 || this.#head * 2 < this.#chunks.length) {
      if (this.#head < this.#chunks.length) return;
    }
    this.#chunks.splice(0, this.#head);
    this.#head = 0;
  }
}

function isWhole(chunk: readonly AcceptedEvent[], records: readonly AcceptedEvent[], from: number): boolean {
  if (records.length - from < chunk.length) return false;
  for (let index = 0; index < chunk.length; index++) {
    if (chunk[index] !== records[from + index]) return false;
  }
  return chunk.length > 0;
}

function close(chunk: Chunk): void {
  chunk.records = [];
  chunk.sequences = undefined;
  chunk.left = 0;
  chunk.done = undefined;
}

/** Returns false if it was settled before. */
function mark(chunk: Chunk, record: AcceptedEvent): boolean {
  const sequences = sequencesOf(chunk);
  const at = positionOf(sequences, record.sequence);
  if (at === undefined) return false;
  chunk.done ??= new Uint8Array(sequences.length);
  if (chunk.done[at] === 1) return false;
  chunk.done[at] = 1;
  chunk.left--;
  if (chunk.left === 0) close(chunk);
  return true;
}

function sequencesOf(chunk: Chunk): readonly number[] {
  chunk.sequences ??= chunk.records.map(({ sequence }) => sequence);
  return chunk.sequences;
}

function positionOf(sequences: readonly number[], sequence: number): number | undefined {
  let low = 0;
  let high = sequences.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sequences[middle] ?? 0;
    if (found === sequence) return middle;
    if (found < sequence) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

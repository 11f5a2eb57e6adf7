import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { Range } from "./ack-state.ts";
import type { PendingRange } from "./segment.ts";

/** Events of one pending range that were taken together. */
interface Chunk {
  readonly pendingRange: PendingRange;
  readonly first: number;
  readonly last: number;
  /** As they were taken; let go once all are settled, or when only their sequences are to be remembered. */
  records: readonly AcceptedEvent[];
  sequences: readonly number[] | undefined;
  /** How many are not settled. */
  left: number;
  /** Which are; only while it is some. */
  done: Uint8Array | undefined;
}

export type OnSettled = (pendingRange: PendingRange, events: number, bytes: number) => void;

/** Remembers what a queue gave out and what of it has been settled, in whatever order that happens. */
export class TakenLedger {
  /** By rising sequence. */
  readonly #chunks: Chunk[] = [];
  #head = 0;
  /** Events given out that are not settled. */
  unsettled = 0;

  /** Events that were never given out before. */
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

  /** The first sequence given out that is not settled; undefined when all are. */
  get firstUnsettled(): number | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return undefined;
    return chunk.done === undefined ? chunk.first : sequencesOf(chunk)[chunk.done.indexOf(0)];
  }

  /** The pending range of an event that was given out and is not settled; undefined for any other. */
  pendingRangeOf({ sequence }: Pick<AcceptedEvent, "sequence">): PendingRange | undefined {
    const chunk = this.#find(sequence);
    if (chunk === undefined || chunk.left === 0) return undefined;
    const at = positionOf(sequencesOf(chunk), sequence);
    return at === undefined || chunk.done?.[at] === 1 ? undefined : chunk.pendingRange;
  }

  /** Remembers only the sequences from now on: the events will be read from the disk again. */
  forgetRecords(): void {
    for (const chunk of this.#chunks) {
      if (chunk.left === 0) continue;
      chunk.sequences = sequencesOf(chunk);
      chunk.records = [];
    }
  }

  /** What is settled behind that. Neighbours that were given out one after the other make one range. */
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

/** False when it was settled before. */
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

function bytesOf(records: readonly AcceptedEvent[]): number {
  let bytes = 0;
  for (const record of records) bytes += record.bytes;
  return bytes;
}

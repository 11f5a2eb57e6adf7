import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { HASH_BYTES } from "./hash-tree.ts";

/** An event's sequence in the queue store; the event itself where it has none. */
export type EventKey = number | AcceptedEvent;

/** After a crash, an event whose settlement was not recorded comes again. It must find its number. */
const REMEMBERED_MS = 5000;
const FEW_ROWS = 64;
const MOST_GAP = 4096;
/** A row in a snapshot: its sequence, its number, its mark and its fingerprint. */
const ROW_BYTES = 8 + 8 + 4 + HASH_BYTES;

/**
 * Numbered events that are not settled, or were a moment ago, in columns of numbers: an object of each, kept for seconds, would cost the garbage collector more than
 * all else that a stream does.
 */
export class KnownEvents {
  /** Rows of the events that are not settled. */
  readonly #rows = new Map<EventKey, number>();
  #sequences = new Float64Array(0);
  #numbers = new Float64Array(0);
  #marks = new Uint32Array(0);
  #settledAt = new Float64Array(0);
  /** All zero without a fingerprint. */
  #hashes = Buffer.alloc(0);
  #used = 0;
  #free: number[] = [];
  /** Rows of settled events, oldest first, from `#oldest` on. */
  #settled: number[] = [];
  #oldest = 0;

  /** Returns an event's number; undefined if it has none. */
  numberOf(key: EventKey): number | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : this.#numbers[row];
  }

  /** Returns the checksum that tells whether a key is still the same event. */
  markOf(key: EventKey): number | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : this.#marks[row];
  }

  /** Returns an event's fingerprint in hexadecimal; empty if it has none. */
  fingerprintOf(key: EventKey): string {
    const row = this.#rows.get(key);
    if (row === undefined) return "";
    const hash = this.#hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES);
    return hash.some((byte) => byte !== 0) ? hash.toString("hex") : "";
  }

  /** `hashes` has the bytes of its fingerprint at `hashAt`, or nothing. */
  add(key: EventKey, number: number, mark: number, hashes: Buffer, hashAt: number): void {
    const row = this.#rows.get(key) ?? this.#free.pop() ?? this.#used++;
    if (row >= this.#numbers.length) this.#grow();
    this.#sequences[row] = typeof key === "number" ? key : 0;
    this.#numbers[row] = number;
    this.#marks[row] = mark;
    // A start beyond the end is an error to `copy`.
    if (hashAt < hashes.length) hashes.copy(this.#hashes, row * HASH_BYTES, hashAt, hashAt + HASH_BYTES);
    else this.#hashes.fill(0, row * HASH_BYTES, (row + 1) * HASH_BYTES);
    this.#rows.set(key, row);
  }

  /** Notes that an event is settled. It is remembered for some seconds. */
  settle(key: EventKey, now: number): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    this.#settledAt[row] = now;
    this.#settled.push(row);
  }

  /** Forgets the events that were settled long ago. `onForgotten` hears of their numbers. */
  forgetSettled(now: number, onForgotten: (number: number) => void): void {
    while (this.#oldest < this.#settled.length) {
      const row = this.#settled[this.#oldest] ?? 0;
      if ((this.#settledAt[row] ?? 0) > now - REMEMBERED_MS) break;
      onForgotten(this.#numbers[row] ?? 0);
      this.#free.push(row);
      this.#oldest++;
    }
    if (this.#oldest < MOST_GAP && this.#oldest < this.#settled.length) return;
    this.#settled = this.#settled.slice(this.#oldest);
    this.#oldest = 0;
  }

  /** Forgets an event. Returns its number. */
  forget(key: EventKey): number | undefined {
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    this.#rows.delete(key);
    this.#free.push(row);
    return this.#numbers[row];
  }

  /** Returns the sequences of the events in a store that are not settled. */
  sequences(): readonly number[] {
    return [...this.#rows.keys()].filter((key) => typeof key === "number");
  }

  /** Returns the numbers of the events that are not settled. */
  *numbers(): Iterable<number> {
    for (const row of this.#rows.values()) yield this.#numbers[row] ?? 0;
  }

  /** Returns the events that are in a store, those settled first, for a snapshot. */
  packed(): Buffer {
    const rows = [...this.#settled.slice(this.#oldest), ...this.#rows.values()];
    const bytes = Buffer.alloc(rows.length * ROW_BYTES);
    let at = 0;
    for (const row of rows) {
      const sequence = this.#sequences[row] ?? 0;
      if (sequence === 0) continue;
      at = bytes.writeDoubleLE(sequence, at);
      at = bytes.writeDoubleLE(this.#numbers[row] ?? 0, at);
      at = bytes.writeUInt32LE(this.#marks[row] ?? 0, at);
      at += this.#hashes.copy(bytes, at, row * HASH_BYTES, (row + 1) * HASH_BYTES);
    }
    return bytes.subarray(0, at);
  }

  addPacked(bytes: Buffer): void {
    for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
      const mark = bytes.readUInt32LE(at + 16);
      this.add(bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8), mark, bytes, at + 20);
    }
  }

  #grow(): void {
    const rows = Math.max(FEW_ROWS, this.#numbers.length * 2);
    this.#sequences = copied(this.#sequences, new Float64Array(rows));
    this.#numbers = copied(this.#numbers, new Float64Array(rows));
    this.#marks = copied(this.#marks, new Uint32Array(rows));
    this.#settledAt = copied(this.#settledAt, new Float64Array(rows));
    this.#hashes = copied(this.#hashes, Buffer.alloc(rows * HASH_BYTES));
  }
}

function copied<Column extends Float64Array | Uint32Array | Buffer>(from: Column, into: Column): Column {
  into.set(from);
  return into;
}

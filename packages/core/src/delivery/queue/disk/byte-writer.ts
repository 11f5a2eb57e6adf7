import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { mostTextBytes } from "../../../event/accepted-event.ts";

/** A growing buffer: little-endian numbers, UTF-8 text. Reusable after `clear`. */
export class ByteWriter {
  length = 0;
  #buffer: Buffer;
  #view: DataView;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
    this.#view = viewOf(this.#buffer);
  }

  /** The written bytes. Valid until the next write. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  get capacity(): number {
    return this.#buffer.length;
  }

  clear(): void {
    this.length = 0;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.#buffer[this.length++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Writes text and returns its length in bytes. */
  text(value: string): number {
    this.reserve(value.length * 3);
    const written = this.#buffer.write(value, this.length, "utf8");
    this.length += written;
    return written;
  }

  /** Writes an event's JSON. */
  json(record: AcceptedEvent): void {
    this.reserve(mostTextBytes(record));
    this.length += record.writeJson(this.#buffer, this.length);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  skip(count: number): void {
    this.reserve(count);
    this.length += count;
  }

  setUint32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.length));
    this.#buffer = larger;
    this.#view = viewOf(larger);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

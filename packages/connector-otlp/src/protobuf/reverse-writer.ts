/**
 * Writes a protobuf message from end to start: the length of a nested message precedes it and is known only once it is
 * written. So each byte is written once and nothing is counted first.
 */
export class ReverseWriter {
  #buffer = Buffer.allocUnsafe(512);
  #at = this.#buffer.length;
  #behind: number;

  /** `behind` is the number of bytes that will follow, within every open message. */
  constructor(behind = 0) {
    this.#behind = behind;
  }

  /** Bytes from here to the end. The difference of two values is what was written in between. */
  get length(): number {
    return this.#buffer.length - this.#at + this.#behind;
  }

  /** Returns the written bytes, which the caller then owns. */
  bytes(): Buffer {
    return this.#buffer.subarray(this.#at);
  }

  /** Ends a nested message or packed value whose end was at length `end`. */
  nested(field: number, end: number): void {
    this.#varint(this.length - end);
    this.#tag(field, LENGTH_DELIMITED);
  }

  text(field: number, text: string): void {
    const bytes = Buffer.byteLength(text);
    const at = this.#room(bytes);
    this.#buffer.write(text, at, "utf8");
    this.#varint(bytes);
    this.#tag(field, LENGTH_DELIMITED);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** Writes an exact integer; a negative one takes ten bytes, as int64. */
  integer(field: number, value: number): void {
    if (value >= 0) this.#varint(value);
    else this.#negative(value);
    this.#tag(field, VARINT);
  }

  double(field: number, value: number): void {
    const at = this.#room(8);
    this.#buffer.writeDoubleLE(value, at);
    this.#tag(field, FIXED64);
  }

  fixed64(field: number, value: bigint): void {
    const at = this.#room(8);
    this.#buffer.writeBigUInt64LE(value, at);
    this.#tag(field, FIXED64);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
    let at = this.#room(size);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#buffer[at++] = (rest % 128) + 128;
    this.#buffer[at] = rest;
  }

  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    let at = this.#room(10);
    for (let index = 0; index < 9; index++, rest >>= 7n) this.#buffer[at++] = Number(rest & 127n) + 128;
    this.#buffer[at] = Number(rest);
  }

  /** Reserves bytes before the written ones and returns their offset, perhaps in a new buffer. */
  #room(bytes: number): number {
    if (bytes > this.#at) {
      const used = this.#buffer.length - this.#at;
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + bytes));
      this.#buffer.copy(larger, larger.length - used, this.#at);
      this.#at = larger.length - used;
      this.#buffer = larger;
    }
    this.#at -= bytes;
    return this.#at;
  }
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

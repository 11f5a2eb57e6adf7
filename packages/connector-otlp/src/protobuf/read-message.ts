/** A field of a message: an integer, or the bytes of a text, a nested message or a fixed-size number. */
export interface Field {
  readonly number: number;
  readonly value: number | Buffer;
}

/**
 * Returns the fields of a protobuf message, in order; undefined for invalid bytes. Every byte must belong to a field.
 */
export function readMessage(bytes: Buffer): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (tag === undefined) return undefined;
    const number = Math.floor(tag.value / 8);
    if (number === 0) return undefined;
    const read = readValue(bytes, tag.end, tag.value % 8);
    if (read === undefined) return undefined;
    fields.push({ number, value: read.value });
    at = read.end;
  }
  return fields;
}

/** Returns the text of a field; undefined if it is not UTF-8. */
export function textOf({ value }: Field): string | undefined {
  if (typeof value === "number") return undefined;
  const text = value.toString("utf8");
  return Buffer.from(text).equals(value) ? text : undefined;
}

interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

function readValue(bytes: Buffer, at: number, wireType: number): Read<number | Buffer> | undefined {
  switch (wireType) {
    case 0:
      return readVarint(bytes, at);
    case 1:
      return slice(bytes, at, 8);
    case 2: {
      const length = readVarint(bytes, at);
      return length && slice(bytes, length.end, length.value);
    }
    case 5:
      return slice(bytes, at, 4);
    default:
      // Groups, which OTLP does not use.
      return undefined;
  }
}

function slice(bytes: Buffer, at: number, length: number): Read<Buffer> | undefined {
  const end = at + length;
  return end > bytes.length ? undefined : { value: bytes.subarray(at, end), end };
}

const LONGEST_VARINT = 10;

/** Reads a varint. It is inexact beyond 2^53, which no valid count exceeds. */
function readVarint(bytes: Buffer, at: number): Read<number> | undefined {
  let value = 0;
  for (let index = 0; index < LONGEST_VARINT; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte % 128) * 128 ** index;
    if (byte < 128) return { value, end: at + index + 1 };
  }
  return undefined;
}

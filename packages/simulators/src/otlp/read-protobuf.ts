/** The fields of one protobuf message by number, in order. Throws when the bytes are no message. */
export type Fields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

export function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (Buffer | bigint)[]>();
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tag = Number(varint(message, cursor));
    const value = valueOf(message, cursor, tag & 7);
    const others = fields.get(tag >>> 3);
    if (others === undefined) fields.set(tag >>> 3, [value]);
    else others.push(value);
  }
  return fields;
}

/** The bytes of each message or string in a field. */
export function messagesIn(fields: Fields, number: number): readonly Buffer[] {
  return (fields.get(number) ?? []).map((value) => {
    if (typeof value === "bigint") throw new Error("proto: a number where a message must be");
    return value;
  });
}

export function textIn(fields: Fields, number: number): string | undefined {
  return messagesIn(fields, number).at(-1)?.toString("utf8");
}

export function integerIn(fields: Fields, number: number): bigint | undefined {
  const value = fields.get(number)?.at(-1);
  if (value === undefined || typeof value === "bigint") return value;
  if (value.length !== 8) throw new Error("proto: a message where a number must be");
  return value.readBigUInt64LE();
}

interface Cursor {
  at: number;
}

function valueOf(message: Buffer, cursor: Cursor, wireType: number): Buffer | bigint {
  if (wireType === 0) return varint(message, cursor);
  if (wireType === 1) return bytes(message, cursor, 8);
  if (wireType === 2) return bytes(message, cursor, Number(varint(message, cursor)));
  if (wireType === 5) return bytes(message, cursor, 4);
  throw new Error(`proto: illegal wireType ${wireType}`);
}

function bytes(message: Buffer, cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (end > message.length) throw new Error("unexpected EOF");
  const value = message.subarray(cursor.at, end);
  cursor.at = end;
  return value;
}

function varint(message: Buffer, cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = message[cursor.at++];
    if (byte === undefined) throw new Error("unexpected EOF");
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asUintN(64, value);
  }
  throw new Error("proto: integer overflow");
}

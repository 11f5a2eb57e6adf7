import { randomFillSync } from "node:crypto";

/** Builds a UUIDv7 of `timeMs`, by which it sorts, and the 10 bytes of `random` at `offset`. */
export function uuidv7(timeMs: number, random: Uint8Array, offset = 0): string {
  const high = Math.floor(timeMs / 0x1_0000);
  const low = timeMs % 0x1_0000;
  const byte = (index: number) => random[offset + index] ?? 0;
  const hexAt = (index: number) => hex[byte(index)] ?? "00";
  return (
    `${hexByte(high / 0x100_0000)}${hexByte(high / 0x1_0000)}${hexByte(high / 0x100)}${hexByte(high)}` +
    `-${hexByte(low / 0x100)}${hexByte(low)}` +
    `-${hexByte(0x70 | (byte(0) & 0x0f))}${hexAt(1)}` +
    `-${hexByte(0x80 | (byte(2) & 0x3f))}${hexAt(3)}` +
    `-${hexAt(4)}${hexAt(5)}${hexAt(6)}${hexAt(7)}${hexAt(8)}${hexAt(9)}`
  );
}

const hex: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

function hexByte(value: number): string {
  return hex[Math.floor(value) & 0xff] ?? "00";
}

/** Clock and randomness of `createUuidv7Source`. Defaults: `Date.now` and the system's random bytes. */
export interface Uuidv7SourceOptions {
  readonly now?: () => number;
  /** Fills the array with random bytes. */
  readonly random?: (bytes: Uint8Array) => void;
}

/** Creates a source of UUIDv7s. It draws randomness for 200 of them at once, since a draw costs more than the rest. */
export function createUuidv7Source({
  now = Date.now,
  random = randomFillSync,
}: Uuidv7SourceOptions = {}): () => string {
  const pool = new Uint8Array(2000);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      random(pool);
      used = 0;
    }
    used += 10;
    return uuidv7(now(), pool, used - 10);
  };
}

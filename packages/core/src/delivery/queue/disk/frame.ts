import { crc32 } from "node:zlib";

/**
 * A frame is the unit of writing, checking and reading: a mark, the length of the payload, a checksum, and the payload.
 * The mark finds the next good frame after a bad one. The checksum covers the length.
 */
export const FRAME_HEADER_BYTES = 12;

/** Largest length considered valid. One event of any size must fit. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024;

const MARK = Buffer.from("\u0091Axq", "latin1");

/** Writes the header of a frame before its payload. */
export function sealFrame(bytes: Buffer, start: number, end: number): void {
  const length = end - start - FRAME_HEADER_BYTES;
  bytes.set(MARK, start);
  bytes.writeUInt32LE(length, start + 4);
  bytes.writeUInt32LE(checksum(bytes, start + FRAME_HEADER_BYTES, end), start + 8);
}

/** Wraps a payload in a frame. */
export function framed(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  bytes.set(payload, FRAME_HEADER_BYTES);
  sealFrame(bytes, 0, bytes.length);
  return bytes;
}

/** Returns where the frame at `start` would end; undefined if its mark or length is invalid. */
export function frameEnd(bytes: Buffer, start: number, most: number): number | undefined {
  if (bytes.compare(MARK, 0, MARK.length, start, start + MARK.length) !== 0) return undefined;
  const length = bytes.readUInt32LE(start + 4);
  const end = start + FRAME_HEADER_BYTES + length;
  return length === 0 || length > MAX_FRAME_BYTES || end > most ? undefined : end;
}

export function isFrameIntact(bytes: Buffer, start: number, end: number): boolean {
  return bytes.readUInt32LE(start + 8) === checksum(bytes, start + FRAME_HEADER_BYTES, end);
}

/** Returns the offset of the next mark; undefined if there is none. */
export function nextMark(bytes: Buffer, from: number, end: number): number | undefined {
  const at = bytes.subarray(0, end).indexOf(MARK, from);
  return at < 0 ? undefined : at;
}

function checksum(bytes: Buffer, start: number, end: number): number {
  return crc32(bytes.subarray(start, end), end - start);
}

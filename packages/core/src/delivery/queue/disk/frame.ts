import { crc32 } from "node:zlib";

/**
 * A frame is what is written, checked and read as one: a mark, the length of what follows, its checksum, and that. The
 * mark is there to find the next good frame behind a bad one; the checksum begins from the length, and so covers it.
 */
export const FRAME_HEADER_BYTES = 12;

/** No length above this is believed. One event must fit, whatever its size. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024;

const MARK = Buffer.from("\u0091Axq", "latin1");

/** Completes a frame whose payload stands behind the bytes left for its header. */
export function sealFrame(bytes: Buffer, start: number, end: number): void {
  const length = end - start - FRAME_HEADER_BYTES;
  bytes.set(MARK, start);
  bytes.writeUInt32LE(length, start + 4);
  bytes.writeUInt32LE(checksum(bytes, start + FRAME_HEADER_BYTES, end), start + 8);
}

/** A frame of its own around a payload. */
export function framed(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  bytes.set(payload, FRAME_HEADER_BYTES);
  sealFrame(bytes, 0, bytes.length);
  return bytes;
}

/** Whether a frame's mark and length can be believed at `start`: where it would end, or undefined. */
export function frameEnd(bytes: Buffer, start: number, most: number): number | undefined {
  if (bytes.compare(MARK, 0, MARK.length, start, start + MARK.length) !== 0) return undefined;
  const length = bytes.readUInt32LE(start + 4);
  const end = start + FRAME_HEADER_BYTES + length;
  return length === 0 || length > MAX_FRAME_BYTES || end > most ? undefined : end;
}

export function isFrameIntact(bytes: Buffer, start: number, end: number): boolean {
  return bytes.readUInt32LE(start + 8) === checksum(bytes, start + FRAME_HEADER_BYTES, end);
}

/** Where the next frame may begin; undefined when there is no further mark. */
export function nextMark(bytes: Buffer, from: number, end: number): number | undefined {
  const at = bytes.subarray(0, end).indexOf(MARK, from);
  return at < 0 ? undefined : at;
}

function checksum(bytes: Buffer, start: number, end: number): number {
  return crc32(bytes.subarray(start, end), end - start);
}

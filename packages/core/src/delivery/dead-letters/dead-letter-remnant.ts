import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";

/** Bytes left in a file by a failed write. Their dead letters are not settled, and would be written twice. */
export interface Remnant {
  readonly inode: bigint;
  /** Offset of the bytes. */
  readonly offset: number;
  /** Completely written chunks. */
  readonly chunks: { readonly bytes: number; readonly checksum: number }[];
  /** Chunk whose write failed. */
  torn: Buffer;
}

export function newRemnant(inode: bigint, offset: number): Remnant {
  return { inode, offset, chunks: [], torn: Buffer.alloc(0) };
}

/** Notes a completely written chunk. */
export function addChunk({ chunks }: Remnant, chunk: Buffer): void {
  chunks.push({ bytes: chunk.length, checksum: crc32(chunk) });
}

/** Truncates the file by the remnant, if nothing follows it: another process may have appended since. */
export async function takeBack(file: FileHandle, remnant: Remnant): Promise<void> {
  const { size, ino } = await file.stat({ bigint: true });
  if (ino !== remnant.inode || Number(size) <= remnant.offset) return;
  if (await isAllThereIs(file, remnant, Number(size))) await file.truncate(remnant.offset);
}

async function isAllThereIs(file: FileHandle, { offset, chunks, torn }: Remnant, size: number): Promise<boolean> {
  let at = offset;
  for (const { bytes, checksum } of chunks) {
    const found = await bytesAt(file, at, bytes);
    if (found.length < bytes || crc32(found) !== checksum) return false;
    at += bytes;
  }
  const rest = size - at;
  return rest <= torn.length && (await bytesAt(file, at, rest)).equals(torn.subarray(0, rest));
}

export async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

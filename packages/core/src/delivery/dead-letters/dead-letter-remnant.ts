import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";

/**
 * What a write left in a file that failed in the end. Its dead letters are not settled, and would stand there twice.
 */
export interface Remnant {
  readonly inode: bigint;
  /** Where it begins. */
  readonly offset: number;
  /** Pieces that were written whole. */
  readonly pieces: { readonly bytes: number; readonly checksum: number }[];
  /** The one whose writing failed. */
  torn: Buffer;
}

export function newRemnant(inode: bigint, offset: number): Remnant {
  return { inode, offset, pieces: [], torn: Buffer.alloc(0) };
}

/** The piece was written whole. */
export function addPiece({ pieces }: Remnant, piece: Buffer): void {
  pieces.push({ bytes: piece.length, checksum: crc32(piece) });
}

/** Cuts it off, if it is all that stands behind its place: another process may have written to the same file since. */
export async function takeBack(file: FileHandle, remnant: Remnant): Promise<void> {
  const { size, ino } = await file.stat({ bigint: true });
  if (ino !== remnant.inode || Number(size) <= remnant.offset) return;
  if (await isAllThereIs(file, remnant, Number(size))) await file.truncate(remnant.offset);
}

async function isAllThereIs(file: FileHandle, { offset, pieces, torn }: Remnant, size: number): Promise<boolean> {
  let at = offset;
  for (const { bytes, checksum } of pieces) {
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

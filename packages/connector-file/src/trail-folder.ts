import type { FileHandle } from "node:fs/promises";
import { chmod, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Collectors run in the server's group. Set by `chmod`, since the server's umask leaves a group no right. Others have none. */
const WHILE_OPEN = 0o640;
const ONCE_CLOSED = 0o440;
const FOLDER = 0o750;
/** Folder for the lock and for the end of the trail, which is needed if all of its files are taken away. */
const OWN = ".arbitex";

export function ownFolderOf(path: string): string {
  return join(path, OWN);
}

/** Creates the folder but no parent: if a volume is not mounted, its events must not fill the disk below. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER });
    await chmod(path, FOLDER);
  } catch (error) {
    if (!isCode(error, "EEXIST") || !(await stat(path)).isDirectory()) throw error;
  }
}

export async function createFile(path: string): Promise<FileHandle> {
  const file = await open(path, "wx", WHILE_OPEN);
  await file.chmod(WHILE_OPEN);
  return file;
}

/** Writes all bytes at a position and resolves once they would survive a power cut. */
export async function writeSynced(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
  await file.datasync();
}

/** Syncs the folder, so that new and removed names survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Renames a file to its final name and makes it read-only through its handle, since a collector may already have moved
 * it.
 */
export async function finish(file: FileHandle, from: string, to: string): Promise<void> {
  if (from !== to) await rename(from, to);
  const { mode } = await file.stat();
  // An immutable store refuses every change, even one without effect.
  if ((mode & 0o777) !== ONCE_CLOSED) await file.chmod(ONCE_CLOSED);
}

/** End of the trail, where it continues. */
export interface TrailEnd {
  readonly sequence: number;
  readonly hash: string;
}

export async function readTrailEnd(path: string): Promise<TrailEnd | undefined> {
  let text: string;
  try {
    text = await readFile(join(path, OWN, "end"), "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
  const [, sequence, hash] = /^(\d{1,15}) ([0-9a-f]{64})\n$/.exec(text) ?? [];
  return hash === undefined ? undefined : { sequence: Number(sequence), hash };
}

/** Writes the note atomically: a torn one would break the chain. */
export async function writeTrailEnd(path: string, { sequence, hash }: TrailEnd): Promise<void> {
  const note = join(path, OWN, "end");
  const file = await open(`${note}.new`, "w", 0o600);
  try {
    await writeSynced(file, Buffer.from(`${sequence} ${hash}\n`), 0);
  } finally {
    await file.close();
  }
  await rename(`${note}.new`, note);
  await syncFolder(join(path, OWN));
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

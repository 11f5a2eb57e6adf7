import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Whole events and settings are in our files. Modes that a call asks for are cut by the process's umask; these are not. */
export const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;
const OTHERS = 0o077;

/**
 * Makes a folder, with those above it, for its owner alone. One that is there is taken from others where nothing is in it
 * but what `isOurs`: of any other it is not known what it is for, and our files in it are their owner's alone all the same.
 */
export async function makeOwnFolder(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  const path = resolve(folder);
  await makeMissing(path);
  const { mode } = await lstat(path);
  if ((mode & OTHERS) === 0 || !(await readdir(path)).every(isOurs)) return;
  // A mounted volume's folder is often not the process's to change.
  await chmod(path, OWN_FOLDER).catch(() => undefined);
}

async function makeMissing(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: OWN_FOLDER });
  } catch (error) {
    if (!isCode(error, "ENOENT") || dirname(path) === path) {
      if (await isThere(path)) return;
      throw error;
    }
    await makeMissing(dirname(path));
    return makeMissing(path);
  }
  await chmod(path, OWN_FOLDER);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** As much of a file handle as it takes. */
interface OpenedFile {
  stat(): Promise<{ readonly mode: number }>;
  chmod(mode: number): Promise<void>;
}

/** Takes an open file from others, and gives it to its owner where an odd umask kept it from that one too. */
export async function keepToOwner(file: OpenedFile): Promise<void> {
  const { mode } = await file.stat();
  // Where it is somebody else's file, it was opened by that one's leave.
  if ((mode & 0o777) !== OWN_FILE) await file.chmod(OWN_FILE).catch(() => undefined);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isCode } from "./error-code.ts";

/**
 * Files hold events and settings, so they are for their owner only. The umask restricts modes passed at creation; it
 * does not affect these.
 */
export const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;
const OTHERS = 0o077;

/**
 * Creates a folder, with its parents, for its owner only. An existing folder is restricted only if it holds nothing but
 * files of `isOurs`; in any other, the files themselves are restricted.
 */
export async function makeOwnFolder(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  const path = resolve(folder);
  await makeMissing(path);
  const { mode } = await lstat(path);
  if ((mode & OTHERS) === 0 || !(await readdir(path)).every(isOurs)) return;
  // The process often may not change the folder of a mounted volume.
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

/** The used part of a file handle. */
interface OpenedFile {
  stat(): Promise<{ readonly mode: number }>;
  chmod(mode: number): Promise<void>;
}

/** Restricts an open file to its owner, and gives the owner access where the umask denied it. */
export async function keepToOwner(file: OpenedFile): Promise<void> {
  const { mode } = await file.stat();
  // A file of another user was opened with that user's permission.
  if ((mode & 0o777) !== OWN_FILE) await file.chmod(OWN_FILE).catch(() => undefined);
}

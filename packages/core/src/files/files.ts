import { close, constants, fchmod, fdatasync, fstat, fsync, ftruncate, lstatSync, open, read, write } from "node:fs";
import { copyFile, link, readdir, rename, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { isCode, isMissing } from "./error-code.ts";
import { keepToOwner, makeOwnFolder, OWN_FILE } from "./owner-only.ts";

/** File system operations of the queue, so that tests can inject failures, lost writes and full disks. */
export interface Files {
  /** `create` fails if the file exists; `change` keeps its content. */
  open(path: string, mode: "create" | "change" | "read"): Promise<OpenFile>;
  /** Creates a file for `writeSafe`. */
  createSafe(path: string): Promise<SafeFile>;
  names(folder: string): Promise<readonly string[]>;
  makeFolder(folder: string): Promise<void>;
  /** Syncs a folder. Without it, a new name may be lost in a power cut although its content was synced. */
  syncFolder(folder: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name, or copies it where the file system cannot. Fails if there is one of that name. */
  link(path: string, to: string): Promise<void>;
  /** Removes a file; no error if there is none. */
  remove(path: string): Promise<void>;
}

export interface OpenFile {
  /** Fills the buffer as far as the file goes; resolves to the number of bytes. */
  read(into: Buffer, position: number): Promise<number>;
  /** Writes all of it, or rejects. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /**
   * Resolves once everything written would survive a power cut. After a rejection, the state of all of it is unknown.
   */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface SafeFile extends OpenFile {
  /**
   * Writes all of it and resolves once it would survive a power cut. After a rejection, its state is unknown, but not
   * that of later writes.
   */
  writeSafe(bytes: Uint8Array, position: number): Promise<void>;
  /** Rejects if the file was removed or moved: writes would succeed but be lost. */
  confirmPlace(): Promise<void>;
}

const FLAGS = { create: "wx+", change: "r+", read: "r" } as const;

export const nodeFiles: Files = {
  async open(path, mode) {
    const descriptor = await openDescriptor(path, FLAGS[mode], OWN_FILE);
    if (mode !== "read") await keepDescriptor(descriptor);
    return openFile(descriptor);
  },
  async createSafe(path) {
    // One call per append instead of two: with this flag a write includes an `fdatasync`. Not on Windows.
    const { O_CREAT, O_EXCL, O_RDWR } = constants;
    const isSynced = constants.O_DSYNC !== undefined;
    const flags = O_RDWR | O_CREAT | O_EXCL | (isSynced ? constants.O_DSYNC : 0);
    const descriptor = await openDescriptor(path, flags, OWN_FILE);
    await keepDescriptor(descriptor);
    const { ino } = await inodeOf(descriptor, { bigint: true });
    const file = openFile(descriptor);
    return {
      ...file,
      async writeSafe(bytes, position) {
        await file.write(bytes, position);
        if (!isSynced) await file.sync();
      },
      async confirmPlace() {
        // Synchronous, as the check of the lock: right after a write it takes microseconds.
        const found = lstatSync(path, { bigint: true });
        if (found.ino !== ino) throw new Error(`${path} is another file by now`);
      },
    };
  },
  names: (folder) => readdir(folder),
  async makeFolder(folder) {
    await makeOwnFolder(folder, () => false);
  },
  async syncFolder(folder) {
    const descriptor = await openDescriptor(folder, "r");
    try {
      await promisify(fsync)(descriptor);
    } finally {
      await promisify(close)(descriptor);
    }
  },
  rename,
  async link(path, to) {
    try {
      await link(path, to);
    } catch (error) {
      if (isMissing(error) || isCode(error, "EEXIST")) throw error;
      await copyFile(path, to, constants.COPYFILE_EXCL);
    }
  },
  remove: (path) => rm(path, { force: true }),
};

function keepDescriptor(descriptor: number): Promise<void> {
  return keepToOwner({
    stat: () => promisify(fstat)(descriptor),
    chmod: (mode) => promisify(fchmod)(descriptor, mode),
  });
}

const openDescriptor = promisify(open);
const inodeOf = promisify(fstat);

/** Uses descriptors and callbacks: a `FileHandle` costs about 20 µs more per call. */
function openFile(descriptor: number): OpenFile {
  return {
    async read(into, position) {
      let filled = 0;
      while (filled < into.length) {
        const count = await readOnce(descriptor, into, filled, position + filled);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    },
    async write(bytes, position) {
      let written = 0;
      while (written < bytes.length) written += await writeOnce(descriptor, bytes, written, position + written);
    },
    sync: () => promisify(fdatasync)(descriptor),
    truncate: (length) => promisify(ftruncate)(descriptor, length),
    size: async () => (await promisify(fstat)(descriptor)).size,
    close: () => promisify(close)(descriptor),
  };
}

function readOnce(descriptor: number, into: Buffer, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, into, offset, into.length - offset, position, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

function writeOnce(descriptor: number, bytes: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, offset, bytes.length - offset, position, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

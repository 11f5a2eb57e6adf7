import { dirname } from "node:path";
import type { Files, SafeFile } from "../src/files/files.ts";

export type FileOperation =
  | "open"
  | "read"
  | "write"
  | "sync"
  | "syncFolder"
  | "truncate"
  | "rename"
  | "link"
  | "remove";

interface Inode {
  content: Buffer;
  /** What a power cut would leave for sure. */
  synced: Buffer;
}

export interface MemoryFiles extends Files {
  /** Thrown by the operation when it is not undefined. A write fails half done. */
  fail: (operation: FileOperation, path: string) => Error | undefined;
  /** Bytes of all files together; writing more is `ENOSPC`, half done. */
  capacity: number;
  /** How often each operation was done. */
  readonly counts: Record<FileOperation, number>;
  readonly bytes: number;
  content(path: string): Buffer;
  put(path: string, content: Buffer): void;
  /** The same disk for the next process, after this one was killed: the system still has all that was written. */
  killed(): MemoryFiles;
  /** The same disk after a power cut: what was not synced may be there, or not, or torn. */
  withoutPower(random: () => number): MemoryFiles;
}

/** A disk in memory that can fail, fill up, and lose what was not synced. */
export function createMemoryFiles(
  names = new Map<string, Inode>(),
  syncedNames = new Map<string, Inode>(),
): MemoryFiles {
  let isGone = false;
  const counts = { open: 0, read: 0, write: 0, sync: 0, syncFolder: 0, truncate: 0, rename: 0, link: 0, remove: 0 };

  function begin(operation: FileOperation, path: string): void {
    if (isGone) throw errorOf("EIO", "this process is dead");
    counts[operation]++;
    const error = self.fail(operation, path);
    if (error !== undefined) throw error;
  }

  function inodeAt(path: string): Inode {
    const inode = names.get(path);
    if (inode === undefined) throw errorOf("ENOENT", path);
    return inode;
  }

  function openInode(path: string, inode: Inode): SafeFile {
    const file: SafeFile = {
      async read(into, position) {
        begin("read", path);
        return inode.content.copy(into, 0, position);
      },
      async write(bytes, position) {
        const space = Number.isFinite(self.capacity) ? self.capacity - self.bytes : Number.POSITIVE_INFINITY;
        const grows = position + bytes.length - inode.content.length;
        const isFull = grows > space;
        try {
          begin("write", path);
          if (isFull) throw errorOf("ENOSPC", "no space left on device");
        } catch (error) {
          if (!isGone) put(inode, bytes.subarray(0, Math.max(0, Math.min(bytes.length >> 1, space))), position);
          throw error;
        }
        put(inode, bytes, position);
      },
      async sync() {
        begin("sync", path);
        inode.synced = Buffer.from(inode.content);
      },
      async truncate(length) {
        begin("truncate", path);
        inode.content = Buffer.from(inode.content.subarray(0, length));
      },
      size: async () => inode.content.length,
      async close() {},
      async writeSafe(bytes, position) {
        await file.write(bytes, position);
        await file.sync();
      },
      async confirmPlace() {
        if (names.get(path) !== inode) throw errorOf("ENOENT", path);
      },
    };
    return file;
  }

  async function create(path: string): Promise<SafeFile> {
    begin("open", path);
    if (names.has(path)) throw errorOf("EEXIST", path);
    const inode = { content: Buffer.alloc(0), synced: Buffer.alloc(0) };
    names.set(path, inode);
    return openInode(path, inode);
  }

  const self: MemoryFiles = {
    fail: () => undefined,
    capacity: Number.POSITIVE_INFINITY,
    counts,
    get bytes() {
      return [...names.values()].reduce((sum, { content }) => sum + content.length, 0);
    },
    content: (path) => inodeAt(path).content,
    put(path, content) {
      names.set(path, { content, synced: content });
      syncedNames.set(path, inodeAt(path));
    },
    async open(path, mode) {
      if (mode === "create") return create(path);
      begin("open", path);
      return openInode(path, inodeAt(path));
    },
    createSafe: create,
    names: async (folder) =>
      [...names.keys()].filter((path) => dirname(path) === folder).map((path) => path.slice(folder.length + 1)),
    async makeFolder() {},
    async syncFolder(folder) {
      begin("syncFolder", folder);
      syncedNames.clear();
      for (const [path, inode] of names) syncedNames.set(path, inode);
    },
    async rename(from, to) {
      begin("rename", from);
      names.set(to, inodeAt(from));
      names.delete(from);
    },
    async link(path, to) {
      begin("link", path);
      if (names.has(to)) throw errorOf("EEXIST", to);
      names.set(to, inodeAt(path));
    },
    async remove(path) {
      begin("remove", path);
      names.delete(path);
    },
    killed() {
      isGone = true;
      const copies = new Map([...names].map(([path, inode]) => [path, { ...inode }]));
      return createMemoryFiles(copies, new Map(copies));
    },
    withoutPower(random) {
      isGone = true;
      // All changes of names since the last sync of the folder, or none of them.
      const kept = random() < 0.5 ? names : syncedNames;
      const left = new Map([...kept].map(([path, inode]) => [path, settled(torn(inode, random))]));
      return createMemoryFiles(left, new Map(left));
    },
  };
  return self;
}

export function errorOf(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}

function put(inode: Inode, bytes: Uint8Array, position: number): void {
  const end = position + bytes.length;
  if (end > inode.content.length) {
    inode.content = Buffer.concat([inode.content, Buffer.alloc(end - inode.content.length)]);
  }
  inode.content.set(bytes, position);
}

function settled(content: Buffer): Inode {
  return { content, synced: Buffer.from(content) };
}

/** Of what was written since the last sync, a first part, with a hole of zeros in it at times. */
function torn({ content, synced }: Inode, random: () => number): Buffer {
  if (content.length <= synced.length) return Buffer.from(random() < 0.5 ? content : synced);
  const length = synced.length + Math.floor(random() * (content.length - synced.length + 1));
  const left = Buffer.from(content.subarray(0, length));
  if (random() < 0.3) {
    const from = synced.length + Math.floor(random() * (length - synced.length));
    left.fill(0, from, Math.min(length, from + 512));
  }
  return left;
}

import type { FileLock } from "../../../files/file-lock.ts";
import type { Files, OpenFile } from "../../../files/files.ts";
import { isMissing } from "../../../files/error-code.ts";

/**
 * File operations that only run while this process holds the folder's lock. Unless the lock was confirmed recently, it
 * is checked before each change. A write counts as safe only if the lock is still held after it, since a process that
 * takes the folder over reads it after that.
 */
export function fenceFiles(files: Files, lock: Pick<FileLock, "isFresh" | "confirm">): Files {
  async function passed(): Promise<void> {
    if (!lock.isFresh()) await lock.confirm();
  }

  function fenced<File extends OpenFile>(file: File): File {
    return {
      ...file,
      async write(bytes, position) {
        await passed();
        await file.write(bytes, position);
      },
      async truncate(length) {
        await passed();
        await file.truncate(length);
      },
    };
  }

  /** A file is reported missing only if its folder exists. */
  async function opened(path: string): Promise<OpenFile> {
    try {
      return await files.open(path, "read");
    } catch (error) {
      if (isMissing(error)) await lock.confirm();
      throw error;
    }
  }

  return {
    ...files,
    async open(path, mode) {
      if (mode === "read") return opened(path);
      await passed();
      return fenced(await files.open(path, mode));
    },
    async createSafe(path) {
      await passed();
      const file = await files.createSafe(path);
      return {
        ...fenced(file),
        async writeSafe(bytes, position) {
          await passed();
          await file.writeSafe(bytes, position);
          // The process that took the folder may have moved the file; then that is the error.
          const [held, inPlace] = await Promise.allSettled([lock.confirm(), file.confirmPlace()]);
          for (const { reason } of [held, inPlace].filter((one) => one.status === "rejected")) throw reason;
        },
      };
    },
    async rename(from, to) {
      await passed();
      await files.rename(from, to);
    },
    async link(path, to) {
      await passed();
      await files.link(path, to);
    },
    async remove(path) {
      await passed();
      await files.remove(path);
    },
  };
}

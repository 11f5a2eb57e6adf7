import type { FileLock } from "../../../files/file-lock.ts";
import type { Files, OpenFile } from "../../../files/files.ts";
import { isMissing } from "../../../files/files.ts";

/**
 * Files of a folder that is changed only while this process has its lock. Where the last sign of life is not recent, the
 * lock is looked at before each change; and what is to be safe is so only when the lock is still held after it was
 * written, for the process that takes the folder over reads it after that.
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

  /** A file is only said to be missing from a folder that is there. */
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
          // The process that took the folder over may have moved the file: that is then the reason to be told.
          const [held, inPlace] = await Promise.allSettled([lock.confirm(), file.confirmPlace()]);
          for (const { reason } of [held, inPlace].filter((one) => one.status === "rejected")) throw reason;
        },
      };
    },
    async rename(from, to) {
      await passed();
      await files.rename(from, to);
    },
    async remove(path) {
      await passed();
      await files.remove(path);
    },
  };
}

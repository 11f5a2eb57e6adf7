import { dirname } from "node:path";
import { isMissing } from "../../../files/error-code.ts";
import type { Files, OpenFile } from "../../../files/files.ts";
import type { StreamLog } from "../stream-log.ts";
import { framed } from "./frame.ts";
import { createCheckpointLedger } from "./checkpoint-ledger.ts";
import { scanFrames } from "./scan-frames.ts";

const LARGEST_BYTES = 1024 * 1024;

interface Waiting {
  readonly entries: readonly string[];
  readonly snapshot: () => string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the log of a stream in a file: frames that are synced before `append` resolves. An old file is never appended
 * to: the first append writes a new one with a snapshot, as does one after a failure.
 */
export function openDiskStreamLog(files: Files, path: string): StreamLog {
  const ledger = createCheckpointLedger(files, `${path}.checkpoints`);
  let file: OpenFile | undefined;
  let size = 0;
  let limit = LARGEST_BYTES;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  async function writeAnew(snapshot: string): Promise<void> {
    await closeFile();
    await files.makeFolder(dirname(path));
    await files.remove(`${path}.new`);
    const bytes = framed(Buffer.from(snapshot, "utf8"));
    const fresh = await files.open(`${path}.new`, "create");
    try {
      await fresh.write(bytes, 0);
      await fresh.sync();
      await files.rename(`${path}.new`, path);
      await files.syncFolder(dirname(path));
    } catch (error) {
      await fresh.close();
      throw error;
    }
    file = fresh;
    size = bytes.length;
    limit = Math.max(LARGEST_BYTES, size * 4);
  }

  async function closeFile(): Promise<void> {
    const open = file;
    file = undefined;
    await open?.close();
  }

  async function write(group: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.concat(group.flatMap(({ entries }) => entries).map((entry) => framed(Buffer.from(entry))));
    const snapshot = group.at(-1)?.snapshot;
    if (snapshot !== undefined && (file === undefined || size + bytes.length > limit)) return writeAnew(snapshot());
    try {
      await file?.write(bytes, size);
      await file?.sync();
      size += bytes.length;
    } catch (error) {
      await closeFile().catch(() => undefined);
      throw error;
    }
  }

  /** Writes what came meanwhile together. */
  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    writing = undefined;
  }

  return {
    read: () => readEntries(files, path),
    append: (entries, snapshot) =>
      new Promise((resolve, reject) => {
        waiting.push({ entries, snapshot, resolve, reject });
        writing ??= writeWaiting();
      }),
    addCheckpoint: (checkpoint) => ledger.add(checkpoint),
    checkpoints: (limit_) => ledger.newest(limit_),
    async close() {
      await writing;
      await closeFile();
      await ledger.close();
    },
  };
}

async function readEntries(files: Files, path: string): Promise<readonly string[]> {
  const file = await files.open(path, "read").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (file === undefined) return [];
  const entries: string[] = [];
  let isWhole = true;
  try {
    await scanFrames({
      file,
      from: 0,
      to: await file.size(),
      visit({ buffer, start, end }) {
        // Behind a bad frame nothing was acknowledged, so that nothing was sent.
        if (isWhole) entries.push(buffer.toString("utf8", start, end));
        return isWhole ? "go-on" : "stop";
      },
      onBad() {
        isWhole = false;
      },
    });
  } finally {
    await file.close();
  }
  return entries;
}

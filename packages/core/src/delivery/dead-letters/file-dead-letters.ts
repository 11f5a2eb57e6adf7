import type { FileHandle } from "node:fs/promises";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { newUid } from "../../event/new-uid.ts";
import { isMissing } from "../../files/error-code.ts";
import { SiemError } from "../../errors.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { Clock } from "../../clock.ts";
import type { DeadLetters } from "./dead-letter.ts";
import { asideFilesOf } from "./dead-letter-file.ts";
import { createSemaphore } from "../../semaphore.ts";
import { asideNameOf, isDeadLetterName } from "./dead-letter-file-names.ts";
import type { DeadLetterCall } from "./dead-letter-chunks.ts";
import { deadLetterChunks } from "./dead-letter-chunks.ts";
import type { Remnant } from "./dead-letter-remnant.ts";
import { addChunk, bytesAt, newRemnant, takeBack } from "./dead-letter-remnant.ts";
import type { HandleOwner, OpenHandles } from "../../files/open-handles.ts";
import { createOpenHandles } from "../../files/open-handles.ts";
import { keepToOwner, makeOwnFolder, OWN_FILE } from "../../files/owner-only.ts";

export interface FileDeadLettersOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Size in bytes at which the file is renamed with the time and a new one begun. */
  readonly rotateBytes?: number;
  /** Age in milliseconds at which rotated files are deleted with their dead letters. Default never. */
  readonly retentionMs?: number | undefined;
  /** Limit of open files. Default: one for the whole process. */
  readonly handles?: OpenHandles;
}

interface Waiting extends DeadLetterCall {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: bigint;
}

const LINE_FEED = 10;
const DEFAULT_ROTATE_BYTES = 256 * 1024 * 1024;
/** A host may have ten thousand destinations with dead letters; a process often has a thousand descriptors. */
const processHandles = createOpenHandles(64);
/**
 * Leaves some of Node's four threads to the queue. A hundred destinations of one organisation that refuse everything
 * would otherwise delay every publish.
 */
const syncs = createSemaphore(2);
/** A file deleted after every write is an operator's mistake. */
const MOST_TRIES = 3;

/**
 * Creates dead letters in one JSONL file, readable by its owner only. Concurrent appends are written and synced
 * together. The file is created with the first dead letter, and again after it was moved or deleted.
 */
export function createFileDeadLetters({
  path,
  clock,
  rotateBytes = DEFAULT_ROTATE_BYTES,
  retentionMs,
  handles = processHandles,
}: FileDeadLettersOptions): DeadLetters {
  let file: OpenFile | undefined;
  let remnant: Remnant | undefined;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let isAtWork = false;
  const owner: HandleOwner = {
    closeIdle() {
      if (!isAtWork) closeFile();
      return !isAtWork;
    },
  };

  /** Closes the file, whose content is synced or will be written again. */
  function closeFile(): void {
    file?.handle.close().catch(() => undefined);
    file = undefined;
  }

  async function openFile(): Promise<OpenFile> {
    await makeOwnFolder(dirname(path), isDeadLetterName);
    const handle = await open(path, "a+", OWN_FILE);
    try {
      await keepToOwner(handle);
      if (remnant !== undefined) await takeBack(handle, remnant);
      remnant = undefined;
      // A killed write or a power cut may have left part of a line. Begin a new line.
      if (!(await endsALine(handle))) await handle.appendFile("\n");
      await syncFolder(dirname(path));
      if (retentionMs !== undefined) await removeOlder(path, clock.now() - retentionMs);
      return { handle, inode: (await handle.stat({ bigint: true })).ino };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Returns the size of the file if it still has its name. */
  async function sizeInPlace({ inode }: OpenFile): Promise<number | undefined> {
    const found = await stat(path, { bigint: true }).catch(undefinedIfMissing);
    return found?.ino === inode ? Number(found.size) : undefined;
  }

  /** Opens the file, rotating it if needed, and returns its size. */
  async function current(): Promise<{ readonly open: OpenFile; readonly size: number }> {
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      file ??= await openFile();
      const size = await sizeInPlace(file);
      if (size !== undefined && size < rotateBytes) return { open: file, size };
      closeFile();
      if (size !== undefined) await rename(path, await freeAsideOf(path, clock.now()));
    }
    throw new Error("the file is moved or deleted all the time");
  }

  /** Writes and syncs. Resolves to false if the file was deleted meanwhile. */
  async function isWritten(calls: readonly DeadLetterCall[]): Promise<boolean> {
    const { open: opened, size } = await current();
    const { handle, inode } = opened;
    const written = newRemnant(inode, size);
    try {
      for (const chunk of deadLetterChunks(calls)) {
        written.torn = chunk;
        await handle.appendFile(chunk);
        written.torn = NOTHING;
        addChunk(written, chunk);
      }
      await syncs.run(() => handle.datasync());
    } catch (error) {
      file = undefined;
      remnant = written;
      // If this fails too, it is repeated before the next write.
      await takeBack(handle, written).catch(() => undefined);
      await handle.close().catch(() => undefined);
      throw error;
    }
    // A file moved meanwhile is found beside it.
    return (await sizeInPlace(opened)) !== undefined || (await handle.stat()).nlink > 0;
  }

  async function write(calls: readonly DeadLetterCall[]): Promise<void> {
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      if (await isWritten(calls)) return;
      closeFile();
    }
    throw new Error("the file is deleted all the time");
  }

  async function writeInTurn(calls: readonly DeadLetterCall[]): Promise<void> {
    await handles.use(owner, async () => {
      isAtWork = true;
      await write(calls).finally(() => {
        isAtWork = false;
      });
    });
  }

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await writeInTurn(batch);
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        const error = new SiemError(
          "SIEM_DEAD_LETTER_WRITE",
          `Dead letters cannot be written to ${path}: ${describeFailure(cause)}. Make room, or check the folder's owner.`,
          { cause },
        );
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
  }

  return {
    append(deadLetters) {
      if (deadLetters.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const ids = deadLetters.map(() => newUid());
        waiting.push({ deadLetters, ids, at: clock.now(), resolve, reject });
        writing ??= writeWaiting();
      });
    },
    async close() {
      await writing;
      handles.forget(owner);
      const last = file;
      file = undefined;
      await last?.handle.close();
    },
  };
}

const NOTHING = Buffer.alloc(0);

async function removeOlder(path: string, before: number): Promise<void> {
  for (const file of await asideFilesOf(path)) {
    const found = await stat(file).catch(undefinedIfMissing);
    if (found !== undefined && found.mtimeMs < before) await rm(file, { force: true });
  }
}

/** Two files of the same instant would become one, and the first would be lost. */
async function freeAsideOf(path: string, now: number): Promise<string> {
  for (let time = now; ; time++) {
    const target = join(dirname(path), asideNameOf(basename(path), time));
    if ((await stat(target).catch(undefinedIfMissing)) === undefined) return target;
  }
}

async function endsALine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  return size === 0 || (await bytesAt(file, size - 1, 1))[0] === LINE_FEED;
}

function undefinedIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** Syncs a folder. Without it, a new name may be lost in a power cut although its content was synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import type { FileHandle } from "node:fs/promises";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SiemError } from "../errors.ts";
import { describeFailure } from "../transport/classify-failure.ts";
import type { Clock } from "./clock.ts";
import type { DeadLetter, DeadLetters } from "./dead-letter.ts";
import { letterFilesOf } from "./dead-letter-file.ts";
import { deadLetterLine } from "./dead-letter-line.ts";

export interface FileDeadLettersOptions {
  readonly path: string;
  readonly clock: Clock;
  /** A file that has grown to this is set aside under a name with the time, and a new one begun. */
  readonly rotateBytes?: number;
  /** Files set aside longer ago are deleted, with what is in them. Never, unless it is given. */
  readonly retentionMs?: number | undefined;
}

interface Waiting {
  readonly lines: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const LINE_FEED = 10;
const DEFAULT_ROTATE_BYTES = 256 * 1024 * 1024;

/**
 * Dead letters in one JSONL file, readable by its owner only. What several callers append at a time is written and
 * synced once. The file is created with the first letter.
 */
export function createFileDeadLetters({
  path,
  clock,
  rotateBytes = DEFAULT_ROTATE_BYTES,
  retentionMs,
}: FileDeadLettersOptions): DeadLetters {
  let file: FileHandle | undefined;
  /** Of what was written and synced. */
  let size = 0;
  /** What a failed write may have left behind that. Its letters are not settled, and would stand in the file twice. */
  let remnant: Buffer | undefined;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  async function openFile(): Promise<FileHandle> {
    await mkdir(dirname(path), { recursive: true });
    const opened = await open(path, "a+", 0o600);
    try {
      await takeBack(opened);
      // A write that was killed half-way, or a power cut, may have left a part of a line: the next letter begins its own.
      if (!(await endsALine(opened))) await opened.appendFile("\n");
      size = (await opened.stat()).size;
      await syncFolder(dirname(path));
      if (retentionMs !== undefined) await removeOlder(path, clock.now() - retentionMs);
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  /** Only what is ours: another process may have written to the same file since. */
  async function takeBack(opened: FileHandle): Promise<void> {
    if (remnant === undefined) return;
    const left = (await opened.stat()).size - size;
    const isOurs =
      left > 0 && left <= remnant.length && (await bytesAt(opened, size, left)).equals(remnant.subarray(0, left));
    if (isOurs) await opened.truncate(size);
    remnant = undefined;
  }

  async function write(lines: string): Promise<void> {
    if (file !== undefined && size >= rotateBytes) {
      await file.close();
      file = undefined;
      await rename(path, rotatedPath(path, clock.now()));
    }
    file ??= await openFile();
    const bytes = Buffer.from(lines);
    try {
      await file.appendFile(bytes);
      await file.datasync();
    } catch (error) {
      const broken = file;
      file = undefined;
      remnant = bytes;
      // Where this fails too, it is done before the next letter is written.
      await takeBack(broken).catch(() => undefined);
      await broken.close().catch(() => undefined);
      throw error;
    }
    size += bytes.length;
  }

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.map(({ lines }) => lines).join(""));
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
    append(letters) {
      if (letters.length === 0) return Promise.resolve();
      const now = clock.now();
      const lines = letters.map((letter: DeadLetter) => deadLetterLine(letter, now)).join("");
      return new Promise((resolve, reject) => {
        waiting.push({ lines, resolve, reject });
        writing ??= writeWaiting();
      });
    },
    async close() {
      await writing;
      await file?.close();
      file = undefined;
    },
  };
}

async function removeOlder(path: string, before: number): Promise<void> {
  for (const file of await letterFilesOf(path)) {
    if (file !== path && (await stat(file)).mtimeMs < before) await rm(file, { force: true });
  }
}

/** `splunk_hec.jsonl` becomes `splunk_hec.2026-11-25T17-00-00-000Z.jsonl`, which sorts by time beside it. */
function rotatedPath(path: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  return path.endsWith(".jsonl") ? `${path.slice(0, -6)}.${time}.jsonl` : `${path}.${time}`;
}

async function endsALine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  return size === 0 || (await bytesAt(file, size - 1, 1))[0] === LINE_FEED;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Without this a new file's name may be gone after a power cut, although its content was synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

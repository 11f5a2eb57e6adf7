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
  let size = 0;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  async function openFile(): Promise<FileHandle> {
    await mkdir(dirname(path), { recursive: true });
    const opened = await open(path, "a+", 0o600);
    size = (await opened.stat()).size;
    // A write that failed half-way, or a power cut, may have left a part of a line: the next letter begins its own.
    if (size > 0 && (await lastByte(opened, size)) !== LINE_FEED) await opened.appendFile("\n");
    await syncFolder(dirname(path));
    if (retentionMs !== undefined) await removeOlder(path, clock.now() - retentionMs);
    return opened;
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

async function lastByte(file: FileHandle, size: number): Promise<number | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 ? buffer[0] : undefined;
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

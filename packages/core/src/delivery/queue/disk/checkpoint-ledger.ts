import { isMissing } from "../../../files/error-code.ts";
import type { Files, OpenFile } from "../../../files/files.ts";

/** Checkpoints of a stream, one a line. */
export interface CheckpointLedger {
  add(checkpoint: string): Promise<void>;
  /** Returns the newest ones, newest first. */
  newest(limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Two files of this size hold weeks of checkpoints. */
const ROTATE_BYTES = 4 * 1024 * 1024;

export function createCheckpointLedger(files: Files, path: string): CheckpointLedger {
  const older = `${path}.old`;
  let open: { readonly file: OpenFile; size: number } | undefined;

  async function current(): Promise<NonNullable<typeof open>> {
    if (open !== undefined && open.size < ROTATE_BYTES) return open;
    await close();
    const file = await openOrCreate(files, path);
    let size = await file.size();
    if (size < ROTATE_BYTES) return (open = { file, size });
    await file.close();
    await files.rename(path, older);
    const fresh = await files.open(path, "create");
    size = 0;
    return (open = { file: fresh, size });
  }

  async function close(): Promise<void> {
    const last = open;
    open = undefined;
    await last?.file.close();
  }

  return {
    async add(checkpoint) {
      const target = await current();
      // A line torn by a crash must not swallow this one.
      const line = Buffer.from(`${target.size === 0 ? "" : "\n"}${checkpoint}`, "utf8");
      await target.file.write(line, target.size);
      target.size += line.length;
    },
    async newest(limit) {
      const lines = [...(await linesOf(files, older)), ...(await linesOf(files, path))];
      return lines.slice(-limit).toReversed();
    },
    close,
  };
}

async function openOrCreate(files: Files, path: string): Promise<OpenFile> {
  try {
    return await files.open(path, "change");
  } catch (error) {
    if (!isMissing(error)) throw error;
    return files.open(path, "create");
  }
}

async function linesOf(files: Files, path: string): Promise<readonly string[]> {
  let file: OpenFile;
  try {
    file = await files.open(path, "read");
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  try {
    const buffer = Buffer.alloc(await file.size());
    await file.read(buffer, 0);
    return buffer.toString("utf8").split("\n").filter(isJson);
  } finally {
    await file.close();
  }
}

function isJson(line: string): boolean {
  try {
    return line !== "" && JSON.parse(line) !== undefined;
  } catch {
    return false;
  }
}

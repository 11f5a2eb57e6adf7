import type { FileHandle } from "node:fs/promises";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { isMissing } from "../../files/error-code.ts";
import { isDeadLetterName } from "./dead-letter-file-names.ts";
import { keepToOwner, makeOwnFolder, OWN_FILE } from "../../files/owner-only.ts";
import type { Clock } from "../../clock.ts";
import type { StoredDeadLetter } from "./dead-letter-file.ts";

/** Outcome of a dead letter. */
export type ReplayOutcome =
  /** Delivered, or excluded by the destination's filter. */
  | "settled"
  /** Refused again; a new dead letter exists. */
  | "dead_lettered"
  /** Given up by an operator. */
  | "purged";

/** What became of one dead letter in a replay or a purge. */
export interface ReplayMark {
  readonly deadLetter: Pick<StoredDeadLetter, "id" | "destination" | "stage">;
  readonly outcome: ReplayOutcome;
}

/** Marks of dead letters that are done. They are in a separate file; dead letters are never changed. */
export interface ReplayMarks {
  has(deadLetterId: string): boolean;
  /** Returns a dead letter's outcome; undefined while it waits. */
  outcomeOf(deadLetterId: string): ReplayOutcome | undefined;
  /** Adds marks and resolves once they are safe on disk. */
  add(marks: readonly ReplayMark[]): Promise<void>;
  close(): Promise<void>;
}

/** Returns the path of the marks of a dead-letter file. Rotated files share it, since dead letters move there. */
export function marksPathOf(deadLetterPath: string): string {
  return `${deadLetterPath}.replayed`;
}

const markSchema = z.looseObject({ id: z.string(), outcome: z.enum(["settled", "dead_lettered", "purged"]) });

/** Opens the marks of a dead-letter file. The marks file is created with the first mark. */
export async function openReplayMarks(deadLetterPath: string, clock: Clock): Promise<ReplayMarks> {
  const path = marksPathOf(deadLetterPath);
  const text = await textOf(path);
  const known = new Map(text.split("\n").flatMap(markOf));
  let file: FileHandle | undefined;

  /** Returns the open file, reopened if it was moved or deleted. */
  async function current(): Promise<FileHandle> {
    if (file !== undefined && (await isInPlace(path, file))) return file;
    await file?.close();
    await makeOwnFolder(dirname(path), isDeadLetterName);
    file = await open(path, "a", OWN_FILE);
    await keepToOwner(file);
    // A crash may have left part of a line. Begin a new line.
    if (text !== "" && !text.endsWith("\n")) await file.appendFile("\n");
    return file;
  }

  return {
    has: (deadLetterId) => known.has(deadLetterId),
    outcomeOf: (deadLetterId) => known.get(deadLetterId),
    async add(marks) {
      if (marks.length === 0) return;
      const at = new Date(clock.now()).toISOString();
      const lines = marks.map(({ deadLetter: { id, destination, stage }, outcome }) => {
        // The first mark of a dead letter also names the count it leaves.
        const first = known.has(id) ? {} : { destination, stage };
        return `${JSON.stringify({ id, outcome, at, ...first })}\n`;
      });
      const marked = await current();
      await marked.appendFile(lines.join(""));
      await marked.datasync();
      for (const { deadLetter, outcome } of marks) known.set(deadLetter.id, outcome);
    },
    async close() {
      await file?.close();
    },
  };
}

/**
 * Removes the marks of dead letters that no longer exist. Call it only while holding the replay lock. Writes a new file
 * first, so that a kill leaves the marks unchanged.
 */
export async function forgetMarks(deadLetterPath: string, isThere: (deadLetterId: string) => boolean): Promise<void> {
  const path = marksPathOf(deadLetterPath);
  const text = await textOf(path);
  const kept = text.split("\n").filter((line) => markOf(line).some(([id]) => isThere(id)));
  if (kept.length === 0) return rm(path, { force: true });
  const aside = `${path}.new`;
  const file = await open(aside, "w", OWN_FILE);
  try {
    await keepToOwner(file);
    await file.writeFile(`${kept.join("\n")}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}

async function isInPlace(path: string, file: FileHandle): Promise<boolean> {
  const [own, found] = await Promise.all([
    file.stat({ bigint: true }),
    stat(path, { bigint: true }).catch(() => undefined),
  ]);
  return found?.ino === own.ino && found.dev === own.dev;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

/** Parses a line. A torn line marks nothing, so that its dead letter is replayed again. */
function markOf(line: string): readonly (readonly [string, ReplayOutcome])[] {
  try {
    const mark = markSchema.safeParse(JSON.parse(line));
    return mark.success ? [[mark.data.id, mark.data.outcome]] : [];
  } catch {
    return [];
  }
}

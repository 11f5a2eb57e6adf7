import type { FileHandle } from "node:fs/promises";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { isDeadLetterName } from "./dead-letter-file-names.ts";
import { keepToOwner, makeOwnFolder, OWN_FILE } from "../../files/owner-only.ts";
import type { Clock } from "../../clock.ts";
import type { StoredDeadLetter } from "./dead-letter-file.ts";

/** What became of a dead letter. */
export type ReplayOutcome =
  /** Delivered, or left out by the destination's filter. */
  | "settled"
  /** Refused again: there is a new dead letter of it. */
  | "dead_lettered"
  /** Given up by a person. */
  | "purged";

export interface ReplayMark {
  readonly deadLetter: Pick<StoredDeadLetter, "id" | "destination" | "stage">;
  readonly outcome: ReplayOutcome;
}

/** Which dead letters are dealt with: a file beside the dead letters, which are themselves never changed. */
export interface ReplayMarks {
  has(deadLetterId: string): boolean;
  /** Undefined for a dead letter that nobody has dealt with. */
  outcomeOf(deadLetterId: string): ReplayOutcome | undefined;
  /** Resolves once the marks are safe on disk. */
  add(marks: readonly ReplayMark[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where the marks of a dead-letter file are. One file for all those that were set aside, for dead letters move there.
 */
export function marksPathOf(deadLetterPath: string): string {
  return `${deadLetterPath}.replayed`;
}

const markSchema = z.looseObject({ id: z.string(), outcome: z.enum(["settled", "dead_lettered", "purged"]) });

/** Reads the marks; the file is created with the first new one. */
export async function openReplayMarks(deadLetterPath: string, clock: Clock): Promise<ReplayMarks> {
  const path = marksPathOf(deadLetterPath);
  const text = await textOf(path);
  const known = new Map(text.split("\n").flatMap(markOf));
  let file: FileHandle | undefined;

  /** The file under its name, also after it was moved or deleted. */
  async function current(): Promise<FileHandle> {
    if (file !== undefined && (await isInPlace(path, file))) return file;
    await file?.close();
    await makeOwnFolder(dirname(path), isDeadLetterName);
    file = await open(path, "a", OWN_FILE);
    await keepToOwner(file);
    // A crash may have left a part of a line: the next mark begins its own.
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
        // With its first mark a dead letter waits no more: whoever counts those that wait is told where it was counted.
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
 * Forgets the marks of dead letters that are not there any more. Only for who holds the replay lock. Aside first, so
 * that whoever
 * is killed meanwhile leaves the marks as they were.
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
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** A torn line marks nothing: its dead letter is replayed again, which is better than never. */
function markOf(line: string): readonly (readonly [string, ReplayOutcome])[] {
  try {
    const mark = markSchema.safeParse(JSON.parse(line));
    return mark.success ? [[mark.data.id, mark.data.outcome]] : [];
  } catch {
    return [];
  }
}

import { rm } from "node:fs/promises";
import type { ReplayMarks, StoredDeadLetter } from "@arbitex/core/host";
import {
  asideFilesOf,
  forgetMarks,
  deadLetterFilesOf,
  openReplayMarks,
  readDeadLetters,
  systemClock,
  takeReplayLock,
} from "@arbitex/core/host";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import { isMeant } from "./dead-letter-filter.ts";

export interface Purge {
  readonly path: string;
  /** Dead letters that matched and were not purged before. */
  readonly purged: number;
  /** Files removed because all their dead letters are purged. */
  readonly removedFiles: readonly string[];
}

export interface Meant {
  readonly filter: DeadLetterFilter;
  readonly onlyReplayed: boolean;
  readonly isDryRun: boolean;
  /** Whether no process writes to the file any more, so that it may be removed too. */
  readonly isAbandoned: boolean;
}

const MARKS_AT_ONCE = 1000;

/** Purges the matching dead letters of one path. Throws `SIEM_REPLAY_LOCKED` while they are being replayed. */
export async function purgePath(path: string, meant: Meant): Promise<Purge> {
  const { filter, onlyReplayed, isDryRun } = meant;
  const lock = isDryRun ? undefined : await takeReplayLock(path);
  try {
    const marks = await openReplayMarks(path, systemClock);
    try {
      let purged = 0;
      let waiting: StoredDeadLetter[] = [];
      const mark = async () => {
        await lock?.confirm();
        if (!isDryRun) await marks.add(waiting.map((deadLetter) => ({ deadLetter, outcome: "purged" })));
        waiting = [];
      };
      for await (const line of readDeadLetters(path)) {
        if (line.kind === "unreadable" || !isMeant(line.deadLetter, filter)) continue;
        const outcome = marks.outcomeOf(line.deadLetter.id);
        if (outcome === "purged" || (onlyReplayed && outcome === undefined)) continue;
        purged++;
        waiting.push(line.deadLetter);
        if (waiting.length >= MARKS_AT_ONCE) await mark();
      }
      await mark();
      const removedFiles = isDryRun ? [] : await removeEmptied(path, marks, meant);
      return { path, purged, removedFiles };
    } finally {
      await marks.close();
    }
  } finally {
    await lock?.release();
  }
}

/** A file with an unreadable line is kept, because the line's content is unknown. */
async function removeEmptied(path: string, marks: ReplayMarks, { isAbandoned }: Meant): Promise<readonly string[]> {
  const emptied = new Set(isAbandoned ? await deadLetterFilesOf(path) : await asideFilesOf(path));
  const ids = new Map<string, string>();
  for await (const line of readDeadLetters(path)) {
    if (line.kind === "unreadable") emptied.delete(line.file);
    else {
      ids.set(line.deadLetter.id, line.deadLetter.file);
      if (marks.outcomeOf(line.deadLetter.id) !== "purged") emptied.delete(line.deadLetter.file);
    }
  }
  if (emptied.size === 0) return [];
  for (const file of emptied) await rm(file, { force: true });
  await forgetMarks(path, (id) => {
    const file = ids.get(id);
    return file !== undefined && !emptied.has(file);
  });
  return [...emptied];
}

import { rm } from "node:fs/promises";
import type { ReplayMarks, StoredLetter } from "@arbitex/core/host";
import { asideFilesOf, openReplayMarks, readLetters, systemClock, takeReplayLock } from "@arbitex/core/host";
import { z } from "zod";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../commands/context.ts";
import { load, printJson, printLines, UsageError } from "../commands/context.ts";
import { counted } from "../terminal/numbers.ts";
import type { LetterFilter } from "./letter-filter.ts";
import { isMeant, letterFilterOf, letterFilterOptions } from "./letter-filter.ts";
import { letterFilesOfDeployment } from "./letter-paths.ts";

export const purgeOptions = letterFilterOptions.extend({
  replayed: z.boolean().optional(),
  dryRun: z.boolean().optional(),
});

interface Purge {
  readonly path: string;
  /** Letters that were meant and not yet purged. */
  readonly purged: number;
  /** Files that were set aside and of which no letter is left. */
  readonly removedFiles: readonly string[];
}

const MARKS_AT_ONCE = 1000;

/**
 * Gives up letters for good: they are neither listed nor replayed any more, and a file that was set aside goes when all its
 * letters are purged. The file that is written to stays, for a running server may be writing to it.
 */
export async function purgeLetters(context: CommandContext, options: z.output<typeof purgeOptions>): Promise<ExitCode> {
  const { replayed: onlyReplayed = false, dryRun: isDryRun = false } = options;
  const filter = letterFilterOf(options, Date.now());
  if (!onlyReplayed && Object.values(filter).every((value) => value === undefined)) {
    throw new UsageError("Say which are to be purged: --replayed, or --destination, --stage, --since, --until, --id.");
  }
  const purges: Purge[] = [];
  for (const path of await letterFilesOfDeployment(await load(context))) {
    purges.push(await purgePath(path, { filter, onlyReplayed, isDryRun }));
  }
  const total = purges.reduce((sum, { purged }) => sum + purged, 0);
  if (context.json) {
    const files = purges.map(({ path, purged, removedFiles }) => ({ path, purged, removed_files: removedFiles }));
    printJson(context, { dry_run: isDryRun, purged: total, files });
  } else {
    const verb = isDryRun ? "would be purged (nothing was, this is a dry run)" : "purged";
    printLines(context.terminal.stdout, [
      `${counted(total, "dead letter")} ${verb}.`,
      ...purges.filter(({ purged }) => purged > 0).map(({ path, purged }) => `  ${path}: ${counted(purged, "letter")}`),
      ...purges.flatMap(({ removedFiles }) => removedFiles.map((file) => `  removed ${file}`)),
    ]);
  }
  return 0;
}

interface Meant {
  readonly filter: LetterFilter;
  readonly onlyReplayed: boolean;
  readonly isDryRun: boolean;
}

async function purgePath(path: string, { filter, onlyReplayed, isDryRun }: Meant): Promise<Purge> {
  const lock = isDryRun ? undefined : await takeReplayLock(path);
  const marks = await openReplayMarks(path, systemClock);
  try {
    let purged = 0;
    let waiting: StoredLetter[] = [];
    const mark = async () => {
      await lock?.confirm();
      if (!isDryRun) await marks.add(waiting.map((letter) => ({ letter, outcome: "purged" })));
      waiting = [];
    };
    for await (const line of readLetters(path)) {
      if (line.kind === "unreadable" || !isMeant(line.letter, filter)) continue;
      const outcome = marks.outcomeOf(line.letter.id);
      if (outcome === "purged" || (onlyReplayed && outcome === undefined)) continue;
      purged++;
      waiting.push(line.letter);
      if (waiting.length >= MARKS_AT_ONCE) await mark();
    }
    await mark();
    const removedFiles = isDryRun ? [] : await removeEmptied(path, marks);
    return { path, purged, removedFiles };
  } finally {
    await marks.close();
    await lock?.release();
  }
}

/** A line that cannot be read keeps its file: nobody knows what it was. */
async function removeEmptied(path: string, marks: ReplayMarks): Promise<readonly string[]> {
  const emptied = new Set(await asideFilesOf(path));
  for await (const line of readLetters(path)) {
    if (line.kind === "unreadable") emptied.delete(line.file);
    else if (marks.outcomeOf(line.letter.id) !== "purged") emptied.delete(line.letter.file);
  }
  for (const file of emptied) await rm(file, { force: true });
  return [...emptied];
}

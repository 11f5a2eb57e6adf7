import type { LetterLine, ReplayMarks, StoredLetter } from "@arbitex/core/host";
import { openReplayMarks, readLetters, systemClock } from "@arbitex/core/host";
import type { LetterFilter } from "./dead-letter-filter.ts";
import { isMeant } from "./dead-letter-filter.ts";

export type UnreadableLine = Extract<LetterLine, { kind: "unreadable" }>;

/** The letters of these files that a filter means, and whether each has been replayed. */
export async function* findLetters(
  paths: readonly string[],
  filter: LetterFilter,
  onUnreadable: (line: UnreadableLine) => void,
): AsyncGenerator<{ readonly letter: StoredLetter; readonly isReplayed: boolean }> {
  for (const path of paths) {
    const marks = await openReplayMarks(path, systemClock);
    for await (const line of readLetters(path)) {
      if (line.kind === "unreadable") onUnreadable(line);
      else if (isMeant(line.letter, filter)) {
        const outcome = marks.outcomeOf(line.letter.id);
        if (outcome !== "purged") yield { letter: line.letter, isReplayed: outcome !== undefined };
      }
    }
  }
}

/** Those of one file that a replay is for. */
export async function* lettersToReplay(
  path: string,
  filter: LetterFilter,
  marks: ReplayMarks,
  onUnreadable: (line: UnreadableLine) => void,
): AsyncGenerator<StoredLetter> {
  for await (const line of readLetters(path)) {
    if (line.kind === "unreadable") onUnreadable(line);
    else if (isMeant(line.letter, filter) && !marks.has(line.letter.id)) yield line.letter;
  }
}

export function unreadableText({ file, line, reason }: UnreadableLine): string {
  return `${file}, line ${line} cannot be read: ${reason}.`;
}

import type { DeadLetterLine, ReplayMarks, StoredDeadLetter } from "@arbitex/core/host";
import { openReplayMarks, readDeadLetters, systemClock } from "@arbitex/core/host";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import { isMeant } from "./dead-letter-filter.ts";

export type UnreadableLine = Extract<DeadLetterLine, { kind: "unreadable" }>;

export interface FoundDeadLetter {
  readonly deadLetter: StoredDeadLetter;
  readonly isReplayed: boolean;
}

/** The dead letters of these files that match a filter, and whether each has been replayed. */
export async function* findDeadLetters(
  paths: readonly string[],
  filter: DeadLetterFilter,
  onUnreadable: (line: UnreadableLine) => void,
): AsyncGenerator<FoundDeadLetter> {
  for (const path of paths) {
    const marks = await openReplayMarks(path, systemClock);
    for await (const line of readDeadLetters(path)) {
      if (line.kind === "unreadable") onUnreadable(line);
      else if (isMeant(line.deadLetter, filter)) {
        const outcome = marks.outcomeOf(line.deadLetter.id);
        if (outcome !== "purged") yield { deadLetter: line.deadLetter, isReplayed: outcome !== undefined };
      }
    }
  }
}

/** The dead letters of one file that a replay would send. */
export async function* deadLettersToReplay(
  path: string,
  filter: DeadLetterFilter,
  marks: ReplayMarks,
  onUnreadable: (line: UnreadableLine) => void,
): AsyncGenerator<StoredDeadLetter> {
  for await (const line of readDeadLetters(path)) {
    if (line.kind === "unreadable") onUnreadable(line);
    else if (isMeant(line.deadLetter, filter) && !marks.has(line.deadLetter.id)) yield line.deadLetter;
  }
}

export function unreadableText({ file, line, reason }: UnreadableLine): string {
  return `${file}, line ${line} cannot be read: ${reason}.`;
}

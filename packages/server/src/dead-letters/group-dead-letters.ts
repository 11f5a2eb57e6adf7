import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import { findDeadLetters } from "./find-dead-letters.ts";

/** Dead letters with one stage and, numbers and ids aside, one reason. */
export interface DeadLetterGroup {
  readonly stage: string;
  /** With `#` for what differs. */
  readonly reason: string;
  /** The longest part without such places: it selects the group by the filter's `reason`. */
  readonly reasonPart: string | undefined;
  readonly count: number;
  readonly oldestAt: string;
  readonly newestAt: string;
  /** Id of the newest one. */
  readonly sampleId: string;
}

export interface DeadLetterGroups {
  /** Most dead letters first. */
  readonly groups: readonly DeadLetterGroup[];
  readonly total: number;
  /** Dead letters of further groups. */
  readonly others: number;
}

export interface GroupOptions {
  readonly filter: DeadLetterFilter & { readonly destination: string };
  readonly orgId: string | undefined;
}

const MOST_SHOWN = 50;
/** A SIEM whose every reason differs must not fill the memory. */
const MOST_HELD = 1000;
const LEAST_PART = 4;

/** Counts the waiting dead letters of a file by stage and reason. Reads the whole file and holds the groups alone. */
export async function groupDeadLetters(path: string, { filter, orgId }: GroupOptions): Promise<DeadLetterGroups> {
  const grouping = createGrouping();
  for await (const { deadLetter, isReplayed } of findDeadLetters([path], filter, () => undefined)) {
    if (isReplayed || (orgId !== undefined && deadLetter.orgId !== orgId)) continue;
    const { stage, reason, deadLetteredAt: at, id } = deadLetter;
    grouping.add({ stage, reason, count: 1, oldestAt: at, newestAt: at, sampleId: id });
  }
  return grouping.groups();
}

/** Joins the counts of reasons that differ by numbers and ids alone. */
export function createGrouping() {
  const groups = new Map<string, DeadLetterGroup>();
  let total = 0;
  return {
    add(counted: Omit<DeadLetterGroup, "reasonPart">): void {
      total += counted.count;
      const { stage, count, oldestAt, newestAt, sampleId } = counted;
      const reason = alike(counted.reason);
      const key = `${stage} ${reason}`;
      const known = groups.get(key);
      if (known === undefined) {
        if (groups.size < MOST_HELD) groups.set(key, { ...counted, reason, reasonPart: partOf(reason) });
        return;
      }
      groups.set(key, {
        ...known,
        count: known.count + count,
        oldestAt: oldestAt < known.oldestAt ? oldestAt : known.oldestAt,
        ...(newestAt >= known.newestAt && { newestAt, sampleId }),
      });
    },
    groups(): DeadLetterGroups {
      const shown = [...groups.values()].toSorted((a, b) => b.count - a.count).slice(0, MOST_SHOWN);
      return { groups: shown, total, others: total - shown.reduce((sum, { count }) => sum + count, 0) };
    },
  };
}

/** A reason with a mark for each number and id. Status codes stay: they tell reasons apart. */
export function alike(reason: string): string {
  return reason
    .replaceAll(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, "#")
    .replaceAll(/\b(?=[a-z]*\d)[\da-z]{16,}\b/gi, "#")
    .replaceAll(/(?<!HTTP )(?<![\w.])\d+(?:[.,:]\d+)*(?![\w])/g, "#");
}

function partOf(reason: string): string | undefined {
  const parts = reason.split("#").map((part) => part.trim());
  const [longest = ""] = parts.toSorted((a, b) => b.length - a.length);
  return longest.length < LEAST_PART ? undefined : longest.slice(0, 200);
}

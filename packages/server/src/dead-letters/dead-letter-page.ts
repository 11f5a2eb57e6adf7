import type { StoredDeadLetter } from "@arbitex/core/host";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import type { FoundDeadLetter } from "./find-dead-letters.ts";
import { findDeadLetters } from "./find-dead-letters.ts";

/** Sort key of a dead letter: its time, then its id. */
export type DeadLetterPlace = readonly [at: string, id: string];

export interface PageOptions {
  /** Always names the destination, because a file may hold the dead letters of several. */
  readonly filter: DeadLetterFilter & { readonly destination: string };
  /**
   * Hides dead letters from before the destination belonged to this organisation. Undefined for global destinations.
   */
  readonly orgId: string | undefined;
  readonly limit: number;
  readonly before: DeadLetterPlace | undefined;
  readonly withReplayed: boolean;
  readonly withEvents: boolean;
}

export interface DeadLetterPage {
  /** Newest first. */
  readonly found: readonly FoundDeadLetter[];
  /** Sort key of the last one; undefined if there are no more. */
  readonly next: DeadLetterPlace | undefined;
}

/** The newest dead letters before a sort key. Reads the whole file and holds at most two pages of it. */
export async function deadLetterPage(path: string, options: PageOptions): Promise<DeadLetterPage> {
  const { filter, orgId, limit, before, withReplayed, withEvents } = options;
  // One more than a page, to tell whether there is another page.
  const wanted = limit + 1;
  let newest: FoundDeadLetter[] = [];
  const keepNewest = () => {
    newest = newest.toSorted((a, b) => compare(placeOf(b.deadLetter), placeOf(a.deadLetter))).slice(0, wanted);
  };
  for await (const found of findDeadLetters([path], filter, () => undefined)) {
    const { deadLetter, isReplayed } = found;
    if (orgId !== undefined && deadLetter.orgId !== orgId) continue;
    if (isReplayed && !withReplayed) continue;
    if (before !== undefined && compare(placeOf(deadLetter), before) >= 0) continue;
    // The texts of a thousand events would fill the memory.
    newest.push(withEvents ? found : { deadLetter: { ...deadLetter, event: "" }, isReplayed });
    if (newest.length >= 2 * wanted) keepNewest();
  }
  keepNewest();
  return pageOf(newest, limit);
}

/** The page of at most `limit`, given one more if there are more. */
export function pageOf(newest: readonly FoundDeadLetter[], limit: number): DeadLetterPage {
  const found = newest.slice(0, limit);
  const last = found.at(-1);
  return { found, next: newest.length > limit && last !== undefined ? placeOf(last.deadLetter) : undefined };
}

function placeOf({ deadLetteredAt, id }: StoredDeadLetter): DeadLetterPlace {
  return [deadLetteredAt, id];
}

function compare(a: DeadLetterPlace, b: DeadLetterPlace): number {
  const [first, second] = a[0] === b[0] ? [a[1], b[1]] : [a[0], b[0]];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

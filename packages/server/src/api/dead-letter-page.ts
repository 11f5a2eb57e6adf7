import type { StoredDeadLetter } from "@arbitex/core/host";
import { z } from "zod";
import { findDeadLetters } from "../dead-letters/find-dead-letters.ts";
import type { DeadLetterFilter } from "../dead-letters/dead-letter-filter.ts";
import type { DeadLetterAnswer } from "./dead-letter-schemas.ts";
import { deadLetterOutcome } from "../dead-letters/dead-letter-outcome.ts";

/** Sort key of a dead letter: its time, then its id. */
type Place = readonly [at: string, id: string];

export interface PageOptions {
  /** Always names the destination, because a file may hold the dead letters of several. */
  readonly filter: DeadLetterFilter & { readonly destination: string };
  /**
   * Hides dead letters from before the destination belonged to this organisation. Undefined for global destinations.
   */
  readonly orgId: string | undefined;
  readonly limit: number;
  readonly before: Place | undefined;
  readonly withReplayed: boolean;
  readonly withEvents: boolean;
}

export interface Page {
  readonly deadLetters: readonly DeadLetterAnswer[];
  readonly next_cursor: string | null;
}

interface Found {
  readonly place: Place;
  readonly answer: DeadLetterAnswer;
}

/** The newest dead letters before a sort key. Reads the whole file and holds at most two pages of it. */
export async function deadLetterPage(path: string, options: PageOptions): Promise<Page> {
  const { filter, orgId, limit, before, withReplayed, withEvents } = options;
  // One more than a page, to tell whether there is another page.
  const wanted = limit + 1;
  let newest: Found[] = [];
  const keepNewest = () => {
    newest = newest.toSorted((a, b) => compare(b.place, a.place)).slice(0, wanted);
  };
  for await (const { deadLetter, isReplayed } of findDeadLetters([path], filter, () => undefined)) {
    const place: Place = [deadLetter.deadLetteredAt, deadLetter.id];
    if (orgId !== undefined && deadLetter.orgId !== orgId) continue;
    if (isReplayed && !withReplayed) continue;
    if (before !== undefined && compare(place, before) >= 0) continue;
    newest.push({ place, answer: deadLetterAnswerOf(deadLetter, isReplayed, withEvents) });
    if (newest.length >= 2 * wanted) keepNewest();
  }
  keepNewest();
  const page = newest.slice(0, limit);
  const last = page.at(-1);
  return {
    deadLetters: page.map(({ answer }) => answer),
    next_cursor: newest.length > limit && last !== undefined ? cursorOf(last.place) : null,
  };
}

function deadLetterAnswerOf(deadLetter: StoredDeadLetter, replayed: boolean, withEvent: boolean): DeadLetterAnswer {
  const event: unknown = withEvent ? JSON.parse(deadLetter.event) : undefined;
  return {
    id: deadLetter.id,
    ...deadLetterOutcome(deadLetter),
    replayed,
    ...(withEvent && { event }),
  };
}

function compare(a: Place, b: Place): number {
  const [first, second] = a[0] === b[0] ? [a[1], b[1]] : [a[0], b[0]];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

const placeSchema = z.tuple([z.string(), z.string()]);

function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Undefined when the text is no cursor of this API. */
export function placeOfCursor(cursor: string): Place | undefined {
  try {
    return placeSchema.safeParse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

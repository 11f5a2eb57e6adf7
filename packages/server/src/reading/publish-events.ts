import { setImmediate as nextTurn } from "node:timers/promises";
import type { Host, PublishOptions } from "@arbitex/core/host";
import type { EventTexts, RefusedEvent } from "./event-texts.ts";

/** The part of a host that takes events. */
export type Publisher = Pick<Host, "publishTexts">;

/** How many events were taken and how many were not, so far. */
export interface Tally {
  accepted: number;
  refused: number;
  /** The first of the refused ones. */
  readonly firstRefused: RefusedEvent[];
  /** Refused before the host saw them, by code: the host does not count these. */
  readonly unreadable: Map<string, number>;
  /** Position of the first event of which nothing is known yet. */
  nextPosition: number;
}

/** A body of nothing but garbage must not fill the memory with reports. */
const MOST_LISTED = 1000;
const MOST_ERRORS = 100;
/** So few that one call does not hold up others for long. */
const EVENTS_PER_CALL = 500;

export function createTally(): Tally {
  return { accepted: 0, refused: 0, firstRefused: [], unreadable: new Map(), nextPosition: 0 };
}

/** Publishes what was read and tallies it. When it throws, what the tally counts as accepted stays accepted. */
export async function publishEvents(
  publisher: Publisher,
  { texts, positions, lines, refused }: EventTexts,
  tally: Tally,
  options?: PublishOptions,
): Promise<void> {
  let looked = 0;
  /** In their order among the others: where a call fails, all before it is told. */
  function tallyUnreadable(before: number): void {
    for (let event = refused[looked]; event !== undefined && event.position < before; event = refused[++looked]) {
      const code = event.errors[0]?.code ?? "unknown";
      tally.unreadable.set(code, (tally.unreadable.get(code) ?? 0) + 1);
      tallyRefused(tally, event);
      tally.nextPosition = Math.max(tally.nextPosition, event.position + 1);
    }
  }
  for (let start = 0; start < texts.length; start += EVENTS_PER_CALL) {
    // A queue in memory never waits, so that a large body would hold up all other work.
    if (start > 0) await nextTurn();
    const part = texts.length <= EVENTS_PER_CALL ? texts : texts.slice(start, start + EVENTS_PER_CALL);
    tallyUnreadable(positions[start] ?? 0);
    tally.nextPosition = positions[start] ?? tally.nextPosition;
    const { accepted, rejected } = await publisher.publishTexts(part, options);
    tally.accepted += accepted;
    for (const { index, errors } of rejected) {
      const at = start + index;
      tallyRefused(tally, { position: positions[at] ?? at, line: lines[at] ?? 0, errors });
    }
    tally.nextPosition = (positions[start + part.length - 1] ?? -1) + 1;
  }
  tallyUnreadable(Number.POSITIVE_INFINITY);
}

function tallyRefused(tally: Tally, event: RefusedEvent): void {
  tally.refused++;
  if (tally.firstRefused.length >= MOST_LISTED) return;
  // One event may have as many errors as it has attributes.
  const { errors } = event;
  tally.firstRefused.push(errors.length <= MOST_ERRORS ? event : { ...event, errors: errors.slice(0, MOST_ERRORS) });
}

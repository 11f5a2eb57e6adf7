import { setImmediate as nextTurn } from "node:timers/promises";
import type { Host, PublishOptions } from "@arbitex/core/host";
import type { EventTexts, RefusedEvent } from "./event-texts.ts";

/** The part of a host that accepts events. */
export type Publisher = Pick<Host, "publishTexts">;

/** Counts of accepted and refused events so far. */
export interface Tally {
  accepted: number;
  refused: number;
  /** The first refused events, up to a limit. */
  readonly firstRefused: RefusedEvent[];
  /** Events refused before they reached the host, by code. The host does not count these. */
  readonly unreadable: Map<string, number>;
  /** Position of the first event without a result. */
  nextPosition: number;
}

/** Bounds the memory for reports when a body contains only invalid events. */
const MOST_LISTED = 1000;
const MOST_ERRORS = 100;
/** Few enough that one call does not block other work for long. */
const EVENTS_PER_CALL = 500;

export function createTally(): Tally {
  return { accepted: 0, refused: 0, firstRefused: [], unreadable: new Map(), nextPosition: 0 };
}

/** Publishes events and tallies the results. When it throws, events tallied as accepted stay accepted. */
export async function publishEvents(
  publisher: Publisher,
  { texts, positions, lines, refused }: EventTexts,
  tally: Tally,
  options?: PublishOptions,
): Promise<void> {
  let looked = 0;
  /** Called in the order of positions: when a call fails, all events before it are tallied. */
  function tallyUnreadable(before: number): void {
    for (let event = refused[looked]; event !== undefined && event.position < before; event = refused[++looked]) {
      const code = event.errors[0]?.code ?? "unknown";
      tally.unreadable.set(code, (tally.unreadable.get(code) ?? 0) + 1);
      tallyRefused(tally, event);
      tally.nextPosition = Math.max(tally.nextPosition, event.position + 1);
    }
  }
  for (let start = 0; start < texts.length; start += EVENTS_PER_CALL) {
    // A queue in memory never waits, so a large body would block all other work.
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
  // One event may have as many errors as attributes, so the list is cut.
  const { errors } = event;
  tally.firstRefused.push(errors.length <= MOST_ERRORS ? event : { ...event, errors: errors.slice(0, MOST_ERRORS) });
}

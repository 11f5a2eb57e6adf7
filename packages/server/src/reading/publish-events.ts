import { setImmediate as nextTurn } from "node:timers/promises";
import type { Host, PublishOptions } from "@arbitex/core/host";
import type { RefusedEvent, SplitEvents } from "./event-texts.ts";

/** The part of a host that accepts events. */
export type Publisher = Pick<Host, "publishBytes">;

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
  /** Number of refused events at which no more are read. */
  readonly mostRefused: number;
}

/** Bounds the memory for reports when a body contains only invalid events. */
const MOST_LISTED = 1000;
const MOST_ERRORS = 100;
export function createTally(mostRefused = Number.POSITIVE_INFINITY): Tally {
  return { accepted: 0, refused: 0, firstRefused: [], unreadable: new Map(), nextPosition: 0, mostRefused };
}

/**
 * Publishes events as they are split and tallies the results; ends early at `mostRefused`. When it throws, events tallied
 * as accepted stay accepted. Returns why the rest cannot be split.
 */
export async function publishEvents(
  publisher: Publisher,
  split: Iterable<SplitEvents>,
  tally: Tally,
  options?: PublishOptions,
): Promise<string | undefined> {
  let isFirst = true;
  for (const events of split) {
    // A queue in memory never waits, so a large body would block all other work.
    if (!isFirst) await nextTurn();
    isFirst = false;
    await publishPart(publisher, events, tally, options);
    if (events.broken !== undefined) return events.broken;
    if (tally.refused >= tally.mostRefused) return undefined;
  }
  return undefined;
}

async function publishPart(
  publisher: Publisher,
  { texts, positions, lines, refused }: SplitEvents,
  tally: Tally,
  options: PublishOptions | undefined,
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
  let start = 0;
  for (const part of texts) {
    const count = part.ranges.length / 2;
    tallyUnreadable(positions[start] ?? 0);
    tally.nextPosition = positions[start] ?? tally.nextPosition;
    const { accepted, rejected } = await publisher.publishBytes(part, options);
    tally.accepted += accepted;
    for (const { index, errors } of rejected) {
      const at = start + index;
      tallyRefused(tally, { position: positions[at] ?? at, line: lines[at] ?? 0, errors });
    }
    tally.nextPosition = (positions[start + count - 1] ?? -1) + 1;
    start += count;
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

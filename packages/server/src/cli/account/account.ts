import type { DestinationStatus, HostStatus } from "@arbitex/core/host";
import { totalOf } from "@arbitex/core/host";

/** What happened to every event of a run, as `--json` prints it. */
export interface Account {
  /** Events in the input; absent without an input. */
  readonly read?: number;
  readonly accepted: number;
  readonly refused: number;
  readonly destinations: readonly DestinationAccount[];
}

export interface DestinationAccount {
  readonly id: string;
  readonly type: string;
  /** Events that an earlier process accepted and that were queued at the start. */
  readonly taken_over?: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly dead_lettered: number;
  readonly filtered: number;
  readonly queued: number;
  readonly attempts: number;
  readonly health: string;
}

export type ExitCode = 0 | 1 | 2;

export function destinationAccount({ id, type, counts, queued, health }: DestinationStatus): DestinationAccount {
  return {
    id,
    type,
    ...(counts.takenOver > 0 && { taken_over: counts.takenOver }),
    accepted: counts.accepted,
    delivered: counts.delivered,
    dead_lettered: totalOf(counts.deadLettered),
    filtered: counts.filtered,
    queued,
    attempts: totalOf(counts.attempts),
    health,
  };
}

/** Account of a server's whole run. `unreadable` counts events refused before they reached the host, by code. */
export function serverAccount(
  { accepted, rejected, destinations, kept }: HostStatus,
  unreadable: ReadonlyMap<string, number>,
): Account {
  const refused = totalOf(rejected) + totalOf(Object.fromEntries(unreadable));
  return { accepted, refused, destinations: [...destinations, ...kept].map(destinationAccount) };
}

/** 0 when every event was accepted and then delivered or filtered, else 1. */
export function exitCodeOf({ refused, destinations }: Account): 0 | 1 {
  const isClean = destinations.every(({ dead_lettered, queued }) => dead_lettered === 0 && queued === 0);
  return refused === 0 && isClean ? 0 : 1;
}

import type { DestinationStatus, HostStatus } from "@arbitex/core/host";
import { totalOf } from "@arbitex/core/host";

/** What became of every event of a run, as `--json` prints it. */
export interface Account {
  /** Events in the input; absent where there was none. */
  readonly read?: number;
  readonly accepted: number;
  readonly refused: number;
  readonly destinations: readonly DestinationAccount[];
}

export interface DestinationAccount {
  readonly id: string;
  readonly type: string;
  /** Queued already at the start; accepted by an earlier process. */
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

/** Of a server's whole life; `unreadable` are refused events that the host never saw, by code. */
export function serverAccount(
  { accepted, rejected, destinations, kept }: HostStatus,
  unreadable: ReadonlyMap<string, number>,
): Account {
  const refused = totalOf(rejected) + totalOf(Object.fromEntries(unreadable));
  return { accepted, refused, destinations: [...destinations, ...kept].map(destinationAccount) };
}

/** 0 when every event was taken and delivered (or filtered out, as asked), 1 otherwise. */
export function exitCodeOf({ refused, destinations }: Account): 0 | 1 {
  const isClean = destinations.every(({ dead_lettered, queued }) => dead_lettered === 0 && queued === 0);
  return refused === 0 && isClean ? 0 : 1;
}

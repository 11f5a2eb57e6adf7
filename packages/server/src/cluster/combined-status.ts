import type { DestinationStatus, Health, Lifetime, Totals } from "@arbitex/core/host";
import type { NodeState } from "./node-state.ts";

/** A destination's state on one of the servers. */
export interface NodeLine {
  readonly node: string;
  readonly health: Health;
  readonly since: number;
  readonly reason: string | undefined;
  readonly queued: number;
  readonly lastDeliveryAt: number | undefined;
}

/** A destination's status, of one server or of all that share a queue. */
export interface ReportedStatus extends DestinationStatus {
  /** What became of everything that was accepted, over all servers. */
  readonly lifetime?: Lifetime;
  /** The servers that have had events of it, the one in the worst state first. Absent where there is one server. */
  readonly nodes?: readonly NodeLine[];
}

export interface NamedState {
  readonly node: string;
  readonly state: NodeState;
}

/** What the cursors say of a destination: the fates of settled events, and how many are not settled. */
export interface Account extends Totals {
  readonly queued: number;
}

export const noAccount: Account = { delivered: 0, filtered: 0, deadLettered: 0, unreadable: 0, queued: 0 };

const BADNESS: Readonly<Record<Health, number>> = { pending: 0, healthy: 1, degraded: 2, failed: 3 };

/**
 * Combines the states of a destination on all live servers: the health is the worst of them, the last delivery the
 * newest, counts are sums.
 */
export function combinedStatus(
  own: DestinationStatus,
  states: readonly NamedState[],
  account: Account,
  now: number,
): ReportedStatus {
  const lifetime = accountOf(account);
  const [worst, ...others] = states.toSorted((one, other) => badnessIn(other, states) - badnessIn(one, states));
  if (worst === undefined) return { ...own, lifetime, nodes: [] };
  const all = [worst, ...others].map(({ state }) => state);
  const sum = (of: (state: NodeState) => number) => all.reduce((total, state) => total + of(state), 0);
  const oldest = Math.min(...all.map(({ oldestAt = now }) => oldestAt));
  return {
    ...own,
    health: worst.state.health,
    healthSince: worst.state.since,
    reason: worst.state.reason,
    fix: worst.state.fix,
    nextAttemptAt: worst.state.nextAttemptAt,
    lastError: worst.state.lastError ?? all.find(({ lastError }) => lastError !== undefined)?.lastError,
    lastDeliveryAt: newest(all.map(({ lastDeliveryAt }) => lastDeliveryAt)),
    counts: {
      takenOver: sum(({ counts }) => counts.takenOver),
      accepted: sum(({ counts }) => counts.accepted),
      delivered: sum(({ counts }) => counts.delivered),
      filtered: sum(({ counts }) => counts.filtered),
      unreadable: sum(({ counts }) => counts.unreadable),
      deadLettered: sumsOf(own.counts.deadLettered, all, ({ counts }) => counts.deadLettered),
      attempts: sumsOf(own.counts.attempts, all, ({ counts }) => counts.attempts),
    },
    queued: sum(({ queued }) => queued),
    underWay: sum(({ underWay }) => underWay),
    queueBytes: sum(({ queueBytes }) => queueBytes),
    oldestEventAgeMs: Math.max(own.oldestEventAgeMs, now - oldest),
    lifetime,
    nodes: [worst, ...others].map(({ node, state }) => lineOf(node, state)),
  };
}

/** Accepted is the sum of the others. */
export function accountOf(account: Account): Lifetime {
  const { delivered, filtered, deadLettered, unreadable, queued } = account;
  return { ...account, accepted: delivered + filtered + deadLettered + unreadable + queued };
}

/**
 * The last word of a server whose events went to another one counts no more once that one has delivered: it has nothing
 * left to try again.
 */
function badnessIn({ node, state }: NamedState, states: readonly NamedState[]): number {
  const isWell = state.health === "healthy" || state.health === "pending";
  const isOutdated =
    !isWell &&
    state.queued === 0 &&
    states.some((other) => other.node !== node && (other.state.lastDeliveryAt ?? 0) > state.since);
  return isOutdated ? BADNESS.pending : BADNESS[state.health];
}

function lineOf(node: string, { health, since, reason, queued, lastDeliveryAt }: NodeState): NodeLine {
  return { node, health, since, reason, queued, lastDeliveryAt };
}

function newest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Sums by name, of the names that this release knows. */
function sumsOf<Name extends string>(
  known: Readonly<Record<Name, number>>,
  all: readonly NodeState[],
  of: (state: NodeState) => Readonly<Record<string, number>>,
): Record<Name, number> {
  const sums: Record<Name, number> = { ...known };
  for (const name in sums) {
    let sum = 0;
    for (const state of all) sum += of(state)[name] ?? 0;
    sums[name] = sum;
  }
  return sums;
}

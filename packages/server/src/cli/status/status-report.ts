import type { RateMeter } from "../terminal/rate-meter.ts";
import { createRateMeter } from "../terminal/rate-meter.ts";
import type { ServedDestination, ServerStatus } from "./ask-status.ts";

/** A destination in the output of `arbitex-siem status --json`. */
export interface DestinationLine {
  readonly id: string;
  readonly type: string;
  readonly org_id: string | null;
  readonly health: ServedDestination["health"];
  /** Start of the current state. ISO 8601, as all times here. */
  readonly since: string | null;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly next_attempt_at: string | null;
  /** Age of the oldest unsettled event, including events under way. */
  readonly oldest_age_seconds: number;
  readonly queued: number;
  /** How many of the queued events are under way. */
  readonly under_way: number;
  /** Age of the oldest attempt under way. */
  readonly attempt_age_seconds: number;
  readonly dead_letters_waiting: number;
  readonly dead_letters_waiting_by_stage: Readonly<Record<string, number>>;
  readonly delivered: number;
  /** Delivered events per second, recently. */
  readonly rate: number;
  readonly last_delivery_at: string | null;
  readonly last_error: string | null;
  /** Nothing has come for an hour, where usually something does. */
  readonly silence: ServedDestination["silence"];
  /** File and line, names of variables, or the database. */
  readonly configured_by: string | null;
  /** Servers that have had events of it; empty where the queue is of one server. */
  readonly nodes: ServedDestination["nodes"];
}

/** The output of `arbitex-siem status`. */
export interface StatusReport {
  readonly server: {
    readonly pid: number;
    readonly node: string;
    readonly version: string;
    readonly started_at: string;
    readonly config: string | null;
  };
  readonly destinations: readonly DestinationLine[];
  readonly dead_letters_elsewhere: ServerStatus["dead_letters_elsewhere"];
  /** The live servers that share the queue; empty where it is of one server. */
  readonly nodes: ServerStatus["nodes"];
}

/** Returns a function that turns a server's answers into reports. Rates are known from the second report on. */
export function createReporter(): (status: ServerStatus, now: number) => StatusReport {
  const meters = new Map<string, RateMeter>();
  const rateOf = (id: string, delivered: number, now: number) => {
    let meter = meters.get(id);
    if (meter === undefined) {
      meter = createRateMeter();
      meters.set(id, meter);
    }
    return meter.update(delivered, now);
  };
  return ({ pid, node, version, started_at, config, destinations, kept, dead_letters_elsewhere, nodes }, now) => ({
    server: { pid, node, version, started_at, config },
    destinations: [...destinations, ...kept].map((one) => lineOf(one, rateOf(one.id, one.counts.delivered, now))),
    dead_letters_elsewhere,
    nodes,
  });
}

function lineOf({ counts, queue, ...one }: ServedDestination, rate: number): DestinationLine {
  const { events: queued, oldest_age_seconds, under_way } = queue;
  return {
    ...one,
    queued,
    under_way,
    oldest_age_seconds,
    delivered: counts.delivered,
    rate: Math.round(rate * 10) / 10,
  };
}

/** Sorts the worst state first, so that stuck destinations are on top. */
export function worstFirst(destinations: readonly DestinationLine[]): readonly DestinationLine[] {
  return destinations.toSorted((a, b) => badnessOf(b) - badnessOf(a) || a.id.localeCompare(b.id));
}

/** Whether an operator should look: the destination is unhealthy or silent, or dead letters wait. */
export function needsAttention({ health, dead_letters_waiting, silence }: DestinationLine): boolean {
  return health === "failed" || health === "degraded" || dead_letters_waiting > 0 || silence !== null;
}

function badnessOf(line: DestinationLine): number {
  const ranks = { failed: 4, degraded: 3, pending: 1, healthy: 0 };
  return ranks[line.health] + (line.dead_letters_waiting > 0 || line.silence !== null ? 2 : 0);
}

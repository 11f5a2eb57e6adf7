import type { NumberRange } from "./ranges.ts";
import { countOf, rangesText } from "./ranges.ts";
import type { Interval } from "./stream-state.ts";

/** OCSF 1.1: Application Lifecycle, Other. */
export const CHECKPOINT_CLASS = 6002;
export const CHECKPOINT_TYPE = 600_299;

export interface CheckpointFacts {
  readonly stream: string;
  /** `metadata.uid` of the checkpoint. */
  readonly uid: string;
  readonly orgId: string | null;
  readonly interval: Interval;
  readonly isFinal: boolean;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Most ranges in one list: a checkpoint must fit where an event fits. */
const MOST_RANGES = 300;
const MOST_REVISED = 100;

/** Returns the event that tells a SIEM what it must have. Valid OCSF 1.1; the numbers are under `unmapped.checkpoint`. */
export function checkpointEvent(facts: CheckpointFacts): Readonly<Record<string, unknown>> {
  const { stream, uid, orgId, interval, isFinal, time } = facts;
  const { index, from, to, root, dead, unsent, underWay, revised } = interval;
  const count = to - from + 1;
  const product = { name: "SIEM connectors", vendor_name: "Arbitex" };
  return {
    activity_id: 99,
    activity_name: "Checkpoint",
    app: product,
    category_name: "Application Activity",
    category_uid: 6,
    class_name: "Application Lifecycle",
    class_uid: CHECKPOINT_CLASS,
    message: `Checkpoint ${index}: ${count} events, ${from} to ${to}, of stream ${stream}`,
    metadata: { product, uid, version: "1.1.0", ...(orgId !== null && { tenant_uid: orgId }) },
    severity: "Informational",
    severity_id: 1,
    time,
    type_name: "Application Lifecycle: Other",
    type_uid: CHECKPOINT_TYPE,
    unmapped: {
      checkpoint: {
        index,
        from,
        to,
        count,
        ...(root !== undefined && { root }),
        is_final: isFinal,
        dead_lettered: dead.map(([stage, ranges]) => ({ stage, ...listed(ranges) })),
        under_way: listed(underWay),
        unsent: unsent.map(([sequence, fingerprint]) => ({ sequence, fingerprint })),
        revised: revised.slice(0, MOST_REVISED).map(([sequence, fingerprint]) => ({ sequence, fingerprint })),
      },
    },
  };
}

/** Returns what a checkpoint's attestation refers to: the one before it, which makes a chain. */
export function previousOf({ previous }: Interval): Readonly<Record<string, unknown>> {
  if (previous === undefined) return {};
  const { uid, fingerprint } = previous;
  const value = { algorithm: "SHA-256", algorithm_id: 3, value: fingerprint };
  return { prev_event: { uid, type_uid: CHECKPOINT_TYPE, fingerprint: value } };
}

function listed(ranges: readonly NumberRange[]) {
  const named = ranges.slice(0, MOST_RANGES);
  const count = countOf(ranges);
  return {
    count,
    numbers: rangesText(named),
    ...(named.length < ranges.length && { unnamed: count - countOf(named) }),
  };
}

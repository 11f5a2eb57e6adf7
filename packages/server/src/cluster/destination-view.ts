import type { DestinationStatus, Host, HostStatus } from "@arbitex/core/host";
import type { StoredCounts } from "../database/siem-config-status.ts";
import type { ReportedStatus } from "./combined-status.ts";

/** A server that shares the queue, as the others know it. */
export interface NodeInfo {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** Partitions of the topic that it delivers, ascending. */
  readonly partitions: readonly number[];
}

/** How destinations are shown: as this server has them, or all servers that share a queue together. */
export interface DestinationView {
  /** Reads what the others say, unless that was done a moment ago. Never rejects: what was read last is shown then. */
  refresh(): Promise<void>;
  /** The live servers, the oldest first. Undefined where there is one. */
  nodes(): readonly NodeInfo[] | undefined;
  combined(status: DestinationStatus): ReportedStatus;
  /** Counts over all servers; undefined where there is one. */
  countsOf(destinationId: string): StoredCounts | undefined;
}

export const ownView: DestinationView = {
  refresh: async () => undefined,
  nodes: () => undefined,
  combined: (status) => status,
  countsOf: () => undefined,
};

/** The statuses of a host's destinations, as a view shows them. */
export function shownStatuses(
  host: Pick<Host, "status">,
  view: DestinationView,
): Record<keyof Pick<HostStatus, "destinations" | "kept">, readonly ReportedStatus[]> {
  const { destinations, kept } = host.status();
  const shown = (status: DestinationStatus) => view.combined(status);
  return { destinations: destinations.map(shown), kept: kept.map(shown) };
}

import type { DestinationStatus } from "@arbitex/core/host";
import type { StoredCounts } from "../../database/siem-config-status.ts";

/** The destinations that run because a row of `siem_configs` says so. */
export interface Running {
  statusOf(id: string): DestinationStatus | undefined;
  /** What this server has counted of a row, over restarts. */
  countsOf(id: string): StoredCounts | null | undefined;
  /** The row's version that runs; undefined while none does. */
  appliedVersion(id: string): number | undefined;
  /** Why the row's newest version does not run. */
  problem(id: string): string | undefined;
  /** Applies the row as it is now, or that it is gone. What the row says is no reason to reject: `problem` tells that. */
  refresh(id: string): Promise<void>;
  /** Says, before a row is removed, what is to happen with events that are not delivered yet. Gives a way to take that back. */
  removing(id: string, leftover: LeftoverChoice): () => void;
  /** Tells, as long as it runs, of every row that was applied, whoever changed it. */
  onApplied(listener: AppliedListener): void;
}

/** Told of a row that was applied, or whose end was. */
export type AppliedListener = (id: string) => void;

export type LeftoverChoice = "deliver" | "dead-letter";

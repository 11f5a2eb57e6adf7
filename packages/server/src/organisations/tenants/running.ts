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
  /**
   * Makes the row's destination what the row says now, or removes it with its row. Never rejects because of what the
   * row says: see `problem`.
   */
  reconcile(id: string): Promise<void>;
  /**
   * Announces that a row will be removed, and what happens to its undelivered events. Returns a function that takes it
   * back.
   */
  removing(id: string, leftover: LeftoverChoice): () => void;
  /** Calls the listener with the id of every row that was applied, whichever server changed it. */
  onApplied(listener: AppliedListener): void;
}

/** Called with the id of a row that was applied or removed. */
export type AppliedListener = (id: string) => void;

export type LeftoverChoice = "deliver" | "dead-letter";

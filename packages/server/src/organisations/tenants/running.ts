import type { DestinationStatus } from "@arbitex/core/host";
import type { StoredCounts } from "../../database/siem-config-status.ts";

/** The running destinations of the rows of `siem_configs`. */
export interface Running {
  statusOf(id: string): DestinationStatus | undefined;
  /** This server's counts of a row, over restarts. */
  countsOf(id: string): StoredCounts | null | undefined;
  /** The row's running version; undefined when none runs. */
  appliedVersion(id: string): number | undefined;
  /** Why the row's newest version does not run. */
  problem(id: string): string | undefined;
  /**
   * Applies the row as it is now, or removes its destination when the row is gone. Never rejects because of the row's
   * content: see `problem`.
   */
  reconcile(id: string): Promise<void>;
  /**
   * Announces that a row will be removed, and what happens to its undelivered events. Returns a function that revokes
   * the announcement.
   */
  removing(id: string, leftover: LeftoverChoice): () => void;
  /** Calls the listener with the id of every applied row, whichever server changed it. */
  onApplied(listener: AppliedListener): void;
}

/** Called with the id of a row that was applied or removed. */
export type AppliedListener = (id: string) => void;

export type LeftoverChoice = "deliver" | "dead-letter";

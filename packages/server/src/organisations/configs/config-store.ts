import type { StoredStatus } from "../../database/siem-config-status.ts";
import type { SiemConfig, SiemConfigInput } from "./siem-config.ts";

/** What became of a change that named the version it was made from. */
export type Changed =
  | { readonly kind: "done"; readonly config: SiemConfig }
  | { readonly kind: "missing" }
  /** Somebody else has the row and does not let go of it; nothing was changed. */
  | { readonly kind: "locked" }
  /** Somebody else was faster; nothing was changed. */
  | { readonly kind: "conflict"; readonly version: number };

/** The configurations of one organisation: nothing here reads or touches another's rows. */
export interface OrgConfigs {
  /** Newest first. */
  list(): Promise<readonly SiemConfig[]>;
  get(id: string): Promise<SiemConfig | undefined>;
  create(input: SiemConfigInput): Promise<SiemConfig>;
  /** Any version will do where none is named. */
  update(id: string, changes: Partial<SiemConfigInput>, version?: number): Promise<Changed>;
  remove(id: string, version?: number): Promise<Changed>;
}

/** All configurations, for the server's own use. */
export interface ConfigStore {
  forOrg(orgId: string): OrgConfigs;
  /** The versions of all rows, by id. */
  versions(): Promise<ReadonlyMap<string, number>>;
  read(ids: readonly string[]): Promise<readonly SiemConfig[]>;
  /**
   * Calls `onChange` with the id of a row that was created, changed or removed, or with nothing when changes may have
   * been missed. Never throws; ends with the signal.
   */
  watch(onChange: (id: string | undefined) => void, signal: AbortSignal): void;
  /**
   * Writes how destinations are doing, all in one statement, each with this server's own counts. Gives the ids of the
   * rows that were written: those that are gone, or that somebody else has locked, are passed over.
   */
  writeStatuses(statuses: ReadonlyMap<string, StoredStatus>): Promise<ReadonlySet<string>>;
  /** This server counts no more under its name: for one that will never come back. */
  handOverCounts(): Promise<void>;
}

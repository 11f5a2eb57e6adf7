import type { StoredStatus } from "../../database/siem-config-status.ts";
import type { ConfigOutline } from "./config-outline.ts";
import type { SiemConfig, SiemConfigInput } from "./siem-config.ts";

/** Result of a change to a stated version. */
export type Changed =
  | { readonly kind: "done"; readonly config: SiemConfig }
  | { readonly kind: "missing" }
  /** Another session holds a lock on the row; nothing was changed. */
  | { readonly kind: "locked" }
  /** The row has another version by now; nothing was changed. */
  | { readonly kind: "conflict"; readonly version: number };

/** The configurations of one organisation. No method reads or writes another organisation's rows. */
export interface OrgConfigs {
  /** Newest first. */
  list(): Promise<readonly SiemConfig[]>;
  get(id: string): Promise<SiemConfig | undefined>;
  create(input: SiemConfigInput): Promise<SiemConfig>;
  /** Without `version`, changes whatever version is stored. */
  update(id: string, changes: Partial<SiemConfigInput>, version?: number): Promise<Changed>;
  remove(id: string, version?: number): Promise<Changed>;
}

/** All configurations, for the server's own use. */
export interface ConfigStore {
  forOrg(orgId: string): OrgConfigs;
  /** The versions of all rows, by id. */
  versions(): Promise<ReadonlyMap<string, number>>;
  /** All rows without their settings, for a survey. */
  outlines(): Promise<readonly ConfigOutline[]>;
  read(ids: readonly string[]): Promise<readonly SiemConfig[]>;
  /**
   * Calls `onChange` with the id of a row that was created, changed or removed, or with nothing when changes may have
   * been missed. Never throws; ends with the signal.
   */
  watch(onChange: (id: string | undefined) => void, signal: AbortSignal): void;
  /**
   * Writes the states of destinations in one statement, each with this server's own counts. Returns the ids of the
   * written rows; rows that are deleted or locked are skipped.
   */
  writeStatuses(statuses: ReadonlyMap<string, StoredStatus>): Promise<ReadonlySet<string>>;
  /** Adds this server's counts to the shared ones, for a server that will never come back. */
  handOverCounts(): Promise<void>;
}

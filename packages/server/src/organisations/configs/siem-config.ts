import type { StoredCounts, StoredStatus } from "../../database/siem-config-status.ts";

/** A row of `siem_configs`: an organisation's connector with its settings decrypted. */
export interface SiemConfig {
  /** UUID; also the id of its destination. */
  readonly id: string;
  /** UUID of the owning organisation. */
  readonly orgId: string;
  readonly connectorType: string;
  /** For people; null for rows that the platform wrote. */
  readonly name: string | null;
  readonly isEnabled: boolean;
  /**
   * As the user wrote them, with secrets in plain text: never log or return them. Otherwise, why they cannot be
   * decrypted.
   */
  readonly settings: Settings | { readonly unreadable: string };
  /** `delivery` and `filter` of a destination, as users write them. */
  readonly delivery: Settings;
  readonly filter: Settings;
  /** When each secret was last changed, by its key. */
  readonly secretChanges: Readonly<Record<string, string>>;
  /** Changes with every change of what the user sets, never with the status. Unique over all rows. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly status: StoredStatus;
  /** Counts of other servers, and counts from before there were several. */
  readonly countsElsewhere?: StoredCounts | null;
}

export type Settings = Readonly<Record<string, unknown>>;

/** The columns that a user sets. */
export interface SiemConfigInput {
  readonly connectorType: string;
  readonly name: string | null;
  readonly isEnabled: boolean;
  readonly settings: Settings;
  readonly delivery: Settings;
  readonly filter: Settings;
  readonly secretChanges: Readonly<Record<string, string>>;
}

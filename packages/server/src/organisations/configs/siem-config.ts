import type { StoredCounts, StoredStatus } from "../../database/siem-config-status.ts";

/** An organisation's configured use of a connector: a row of `siem_configs`, its settings decrypted. */
export interface SiemConfig {
  /** UUID; also the id of its destination. */
  readonly id: string;
  /** UUID of the owning organisation. */
  readonly orgId: string;
  readonly connectorType: string;
  /** For people; null for rows that the platform wrote. */
  readonly name: string | null;
  readonly isEnabled: boolean;
  /** As the user wrote them, secrets in plain text: never logged, never answered. A text says why they cannot be read. */
  readonly settings: Settings | { readonly unreadable: string };
  /** `delivery` and `filter` of a destination, as users write them. */
  readonly delivery: Settings;
  readonly filter: Settings;
  /** When each secret was last changed, by its key. */
  readonly secretChanges: Readonly<Record<string, string>>;
  /** Another one with every change of what the user sets, never with its status. No row has one twice. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly status: StoredStatus;
  /** What other servers count, and what was counted before there were several. */
  readonly countsElsewhere?: StoredCounts | null;
}

export type Settings = Readonly<Record<string, unknown>>;

/** What a user sets. */
export interface SiemConfigInput {
  readonly connectorType: string;
  readonly name: string | null;
  readonly isEnabled: boolean;
  readonly settings: Settings;
  readonly delivery: Settings;
  readonly filter: Settings;
  readonly secretChanges: Readonly<Record<string, string>>;
}

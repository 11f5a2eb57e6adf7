import type { ColumnType, Generated } from "kysely";

/** Written as ISO text, independent of the machine's time zone. */
type Timestamp = ColumnType<Date, string, string>;
type NullableTimestamp = ColumnType<Date | null, string | null | undefined, string | null>;
/** Written as JSON text. Readers must validate it. */
type Json = ColumnType<unknown, string | null | undefined, string | null>;

/** The columns that the platform documents, and those that migrations add. */
export interface SiemConfigsTable {
  readonly id: string;
  readonly org_id: string;
  readonly connector_type: string;
  /** A Fernet token. */
  readonly config: string;
  readonly is_enabled: boolean;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
  readonly last_delivery_at: NullableTimestamp;
  readonly delivery_status: string;
  readonly name: string | null;
  readonly delivery: Json;
  readonly filter: Json;
  readonly secret_changes: Json;
  readonly version: Generated<number>;
  readonly key_id: string | null;
  readonly last_error: string | null;
  readonly fix: string | null;
  readonly error_since: NullableTimestamp;
  /** The sum of `counts_by_server`, for people and the platform. */
  readonly counts: Json;
  readonly counts_by_server: Json;
}

export interface SiemTokensTable {
  readonly id: string;
  readonly name: string;
  /** `ingest`, `admin` or `org:<uuid>`. */
  readonly scope: string;
  /** SHA-256 of the token in hexadecimal. The token itself is not stored. */
  readonly hash: string;
  readonly created_at: Timestamp;
  readonly expires_at: NullableTimestamp;
  readonly last_used_at: NullableTimestamp;
  readonly revoked_at: NullableTimestamp;
}

export interface SiemSetupLinksTable {
  readonly id: string;
  readonly org_id: string;
  readonly name: string | null;
  /** SHA-256 of the link's token in hexadecimal. The token itself is not stored. */
  readonly hash: string;
  /** Name of the caller that made it. */
  readonly created_by: string;
  readonly created_at: Timestamp;
  readonly expires_at: Timestamp;
  readonly revoked_at: NullableTimestamp;
  readonly first_used_at: NullableTimestamp;
  readonly last_used_at: NullableTimestamp;
  readonly uses: Generated<number>;
  /** When the audit event of its expiry was published. */
  readonly expiry_told_at: NullableTimestamp;
}

export interface SiemSessionsTable {
  /** SHA-256 of the cookie's value in hexadecimal. The value itself is not stored. */
  readonly hash: string;
  readonly name: string;
  /** As in `siem_tokens`, divided by spaces. Empty with a set-up link, whose row has the organisation. */
  readonly scopes: string;
  readonly token_id: string | null;
  readonly setup_link_id: string | null;
  readonly created_at: Timestamp;
  readonly seen_at: Timestamp;
  readonly expires_at: Timestamp;
}

export interface SiemAuditOutboxTable {
  readonly id: string;
  readonly event: Json;
  readonly created_at: Timestamp;
  /** When a server last took it to publish it. */
  readonly taken_at: NullableTimestamp;
}

export interface Tables {
  readonly siem_audit_outbox: SiemAuditOutboxTable;
  readonly siem_configs: SiemConfigsTable;
  readonly siem_tokens: SiemTokensTable;
  readonly siem_setup_links: SiemSetupLinksTable;
  readonly siem_sessions: SiemSessionsTable;
}

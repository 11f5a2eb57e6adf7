import type { AuditRecordIntakeOptions } from "../delivery/intake/accept-audit-record.ts";
import type { IntakeLimits, Validation } from "../delivery/intake/intake-rules.ts";
import type { GeoipPaths } from "../enrichment/geoip.ts";
import type { HostRedaction } from "../redaction/redact-rule.ts";
import type { Destination } from "./config/destination.ts";
import type { EgressSettings } from "./config/egress-settings.ts";
import type { BaseParts } from "./parts.ts";

/** Options of `createHost`. Only `destinations` is required. */
export interface HostOptions extends Partial<BaseParts> {
  readonly destinations: readonly Destination[];
  /** A folder, or a `.jsonl` file for all destinations. Default `./dead-letters`. */
  readonly deadLetterPath?: string;
  /** How long rotated dead-letter files are kept, in milliseconds. Default: for ever. */
  readonly deadLetterRetentionMs?: number | undefined;
  /**
   * Limit of one organisation's dead letters in bytes of files. Default 1 GiB; no limit if all dead letters share one
   * file.
   */
  readonly maxDeadLetterBytesPerOrg?: number | undefined;
  /**
   * Limit of all queues together: bytes of event JSON in memory (default 1 GiB), or bytes on disk for a durable store
   * (default 32 GiB).
   */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * Limit of one organisation's destinations in the same unit. Default none. In any case an organisation never uses
   * more of `maxQueuedBytes` than it leaves free, so that others find capacity.
   */
  readonly maxQueuedBytesPerOrg?: number | undefined;
  readonly intakeLimits?: IntakeLimits;
  /** How strictly events are validated. Default `shape`. */
  readonly validation?: Validation;
  /** Fill in members that follow from others: names, `type_uid`, `metadata.version`. Default false. */
  readonly repair?: boolean;
  /** How audit records become events. */
  readonly auditRecords?: AuditRecordIntakeOptions;
  /** GeoIP databases for the source addresses of events. */
  readonly geoip?: GeoipPaths;
  /**
   * Addresses that destinations may connect to. By default an organisation's destinations reach public addresses only.
   */
  readonly egress?: EgressSettings;
  /** Keep some of the last events in memory, for `Host.recentEvents`. Default false. */
  readonly keepRecentEvents?: boolean;
  /** The key of redactions by `hmac`, and redactions that organisations cannot lift. */
  readonly redaction?: HostRedaction;
  /**
   * Number of worker threads that encode, compress and send, so that this thread stays free. Default 0: this thread
   * does everything. Cannot be combined with a custom `openEgress`.
   */
  readonly workers?: number;
}

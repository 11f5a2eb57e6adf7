import type { AuditRecordIntakeOptions } from "../delivery/intake/accept-audit-record.ts";
import type { IntakeLimits, Validation } from "../delivery/intake/intake-rules.ts";
import type { GeoipPaths } from "../enrichment/geoip.ts";
import type { Destination } from "./config/destination.ts";
import type { EgressSettings } from "./config/egress-settings.ts";
import type { BaseParts } from "./parts.ts";

export interface HostOptions extends Partial<BaseParts> {
  readonly destinations: readonly Destination[];
  /** A folder, or a `.jsonl` file for all destinations. Default `./dead-letters`. */
  readonly deadLetterPath?: string;
  /** How long files of dead letters that were set aside are kept. Default for ever. */
  readonly deadLetterRetentionMs?: number | undefined;
  /** Bound of one organisation's dead letters, in bytes of files. Default 1 GiB; none where all are in one file. */
  readonly maxDeadLetterBytesPerOrg?: number | undefined;
  /** Bound of all queues together, in bytes of the events' JSON; of a durable store, on its disk. Default 1 or 32 GiB. */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * The same for the destinations of one organisation. Default none: whatever it is, an organisation never has more of
   * `maxQueuedBytes` than it leaves free, so that every other finds capacity.
   */
  readonly maxQueuedBytesPerOrg?: number | undefined;
  readonly intakeLimits?: IntakeLimits;
  /** How closely events are looked at. Default `shape`. */
  readonly validation?: Validation;
  /** Fill in what follows with certainty from what is there: names, `type_uid`, `metadata.version`. Default false. */
  readonly repair?: boolean;
  /** How the platform's audit records become events. */
  readonly auditRecords?: AuditRecordIntakeOptions;
  /** Databases that say where an event's source address is. */
  readonly geoip?: GeoipPaths;
  /** Where destinations may connect to. Those of an organisation reach public addresses only, unless it says otherwise. */
  readonly egress?: EgressSettings;
  /**
   * Threads over which destinations are spread, so that encoding, gzip, TLS and sending leave this one free. Default 0: this
   * thread does everything. Not together with an `openEgress` of one's own.
   */
  readonly workers?: number;
}

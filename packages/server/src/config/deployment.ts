import type { Secret } from "@arbitex/core";
import type {
  AuditRecordIntakeOptions,
  ConfigProblem,
  ConnectorRegistry,
  Destination,
  EgressSettings,
  GeoipPaths,
  IntakeLimits,
  Validation,
} from "@arbitex/core/host";
import type { KafkaSettings } from "./kafka-settings.ts";
import type { JwtSettings } from "./auth-settings.ts";
import type { RedactionSettings } from "./redaction-settings.ts";
import type { ConsoleSettings } from "./console-settings.ts";

/** The environment and the configuration file, validated. */
export interface Deployment {
  readonly destinations: readonly Destination[];
  readonly registry: ConnectorRegistry;
  readonly settings: HostSettings;
  /** The file that was read, if any. */
  readonly configPath: string | undefined;
  /** The file's sections other than destinations, for comparison after a reload. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** Odd settings that lose no event. They are shown to the operator and never fatal. */
  readonly warnings: readonly ConfigProblem[];
}

/** Where queues are kept. */
export interface QueueSettings {
  /** Undefined when not configured: a server then keeps its queues on disk, a library in memory. */
  readonly store: "memory" | "disk" | "kafka" | undefined;
  /** Folder of the disk queue. */
  readonly path: string;
}

/** Location of the tables. */
export interface DatabaseSettings {
  /** PostgreSQL; undefined for the embedded database. */
  readonly url: Secret | undefined;
  /** Folder of the embedded database. */
  readonly path: string;
  /** Whether the folder is configured. */
  readonly isPathNamed: boolean;
}

/** Host-wide settings, from the file and the environment. */
export interface HostSettings {
  readonly listenHost: string;
  readonly listenPort: number;
  readonly ingestToken: Secret | undefined;
  /** The trusted issuer of JSON Web Tokens; undefined when none is. */
  readonly jwt: JwtSettings | undefined;
  /** Addresses and ranges of proxies whose `X-Forwarded-For` is trusted. */
  readonly trustProxy: readonly string[];
  readonly console: ConsoleSettings;
  /** A folder, or a `.jsonl` file for all destinations. */
  readonly deadLetterPath: string;
  /** How long rotated dead-letter files are kept; undefined for ever. */
  readonly deadLetterRetentionMs: number | undefined;
  /** Most bytes of one organisation's dead letters; undefined for the host's default. */
  readonly maxDeadLetterBytesPerOrg: number | undefined;
  readonly logLevel: string;
  readonly intakeLimits: IntakeLimits;
  readonly validation: Validation;
  readonly repair: boolean;
  /** Format of an input file's lines. */
  readonly inputFormat: "ocsf" | "audit_record";
  /** Options of the mapping from audit records to events. */
  readonly auditRecords: AuditRecordIntakeOptions;
  readonly geoip: GeoipPaths;
  readonly egress: EgressSettings;
  /** Most bytes of one request's body, decompressed. */
  readonly maxBodyBytes: number;
  /** Whether metrics of a destination have its organisation as a label. */
  readonly orgLabel: boolean;
  readonly queue: QueueSettings;
  /** How to reach a Kafka cluster, for a queue there. */
  readonly kafka: KafkaSettings;
  /** Socket for commands to this server; undefined when not configured. */
  readonly controlPath: string | undefined;
  /** Worker threads for destinations; 0 runs all in the host's thread. */
  readonly workers: number;
  readonly database: DatabaseSettings;
  readonly redaction: RedactionSettings;
  /** `FERNET_KEY` as configured: one key or more, comma-separated. */
  readonly fernetKeys: Secret | undefined;
  /** Most bytes of all queues together; undefined for the host's default. */
  readonly maxQueuedBytes: number | undefined;
  /** Most bytes of one organisation's queues together; undefined when only free space limits them. */
  readonly maxQueuedBytesPerOrg: number | undefined;
}

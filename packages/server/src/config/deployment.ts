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
import type { JwtSettings } from "./auth-settings.ts";

/** Everything that the environment and the configuration file say, checked. */
export interface Deployment {
  readonly destinations: readonly Destination[];
  readonly registry: ConnectorRegistry;
  readonly settings: HostSettings;
  /** The file that was read, if any. */
  readonly configPath: string | undefined;
  /** What the file says beside destinations, by section. For comparing with what it says later. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** Odd, but nothing is lost by it: shown to the operator, never fatal. */
  readonly warnings: readonly ConfigProblem[];
}

export interface QueueSettings {
  /** Undefined where nobody said: a server then keeps its queues on disk, a library in memory. */
  readonly store: "memory" | "disk" | undefined;
  /** Folder of the disk queue. */
  readonly path: string;
}

/** Where the tables are. */
export interface DatabaseSettings {
  /** PostgreSQL; undefined for the embedded database. */
  readonly url: Secret | undefined;
  /** Folder of the embedded database. */
  readonly path: string;
  /** Whether somebody named that folder. */
  readonly isPathNamed: boolean;
}

export interface HostSettings {
  readonly listenHost: string;
  readonly listenPort: number;
  readonly ingestToken: Secret | undefined;
  /** Whose JSON Web Tokens are taken; undefined for nobody's. */
  readonly jwt: JwtSettings | undefined;
  /** Addresses and ranges of proxies that may say who the client is. */
  readonly trustProxy: readonly string[];
  /** A folder, or a `.jsonl` file for all destinations. */
  readonly deadLetterPath: string;
  /** How long files of dead letters that were set aside are kept; undefined for ever. */
  readonly deadLetterRetentionMs: number | undefined;
  /** Bound of one organisation's dead letters; undefined for the host's own. */
  readonly maxDeadLetterBytesPerOrg: number | undefined;
  readonly logLevel: string;
  readonly intakeLimits: IntakeLimits;
  readonly validation: Validation;
  readonly repair: boolean;
  /** What the lines of an input file are. */
  readonly inputFormat: "ocsf" | "audit_record";
  /** How audit records become events. */
  readonly auditRecords: AuditRecordIntakeOptions;
  readonly geoip: GeoipPaths;
  readonly egress: EgressSettings;
  /** Of one request's body, unpacked. */
  readonly maxBodyBytes: number;
  /** Whether metrics of a destination name its organisation. */
  readonly orgLabel: boolean;
  readonly queue: QueueSettings;
  /** The socket for commands to this server; undefined where nobody named one. */
  readonly controlPath: string | undefined;
  /** Threads over which destinations are spread; 0 for none but the host's own. */
  readonly workers: number;
  readonly database: DatabaseSettings;
  /** `FERNET_KEY` as it stands: one key or more, comma-separated. */
  readonly fernetKeys: Secret | undefined;
  /** Bound of all queues together; undefined for the host's own. */
  readonly maxQueuedBytes: number | undefined;
  /** Bound of one organisation's queues together; undefined where only what is free bounds them. */
  readonly maxQueuedBytesPerOrg: number | undefined;
}

import type { ConfigProblem, ConnectorRegistry, Destination, Host } from "@arbitex/core/host";
import type { Activity } from "../activity/activity.ts";
import type { DestinationView } from "../cluster/destination-view.ts";
import type { SessionStore } from "../access/session-store.ts";
import type { AuditOutbox } from "../database/audit-outbox.ts";
import type { RequestCounts } from "../database/request-counts.ts";
import type { SetupLinkStore } from "../access/setup-link-store.ts";
import type { TokenStore } from "../access/token-store.ts";
import type { HostSettings } from "../config/deployment.ts";
import type { DeadLetterArchive } from "../dead-letters/dead-letter-archive.ts";
import type { ReplayTable } from "../dead-letters/replays/replay-table.ts";
import type { ConfigStore } from "../organisations/configs/config-store.ts";
import type { SiemConfigInput } from "../organisations/configs/siem-config.ts";
import type { Running } from "../organisations/tenants/running.ts";

/** Dependencies of the API for organisations and administrators. */
export interface ApiOptions {
  readonly configs: ConfigStore;
  readonly running: Running;
  /** Validates a row and reports all problems at once. Problems name their place as the body does: `config.url`. */
  readonly destinationOf: (row: TenantRow) => Promise<TenantDestination>;
  /** How long a destination can hold events before the queue deletes them. Undefined when it keeps them. */
  readonly mostHoldMs?: () => number | undefined;
  readonly registry: ConnectorRegistry;
  /** The API shows and tests its global destinations and publishes audit events of configuration changes to it. */
  readonly host: ApiHost;
  readonly view: DestinationView;
  readonly activity: Pick<Activity, "of" | "silenceOf">;
  readonly links: SetupLinkStore;
  readonly outbox: Pick<AuditOutbox, "take" | "remove">;
  readonly sessions: SessionStore;
  readonly tokens: Pick<TokenStore, "list" | "revoke">;
  readonly deadLetters: DeadLetterArchive;
  /** Replays that other servers see; undefined where this one has its dead letters alone. */
  readonly replays?: ReplayTable | undefined;
  /** Counts requests over all servers; undefined where there is one. */
  readonly requestCounts?: RequestCounts | undefined;
  readonly settings: Pick<HostSettings, "intakeLimits" | "egress" | "redaction" | "console" | "queue">;
}

export type ApiHost = Pick<
  Host,
  | "status"
  | "statusOf"
  | "destinationOf"
  | "waitingDeadLetters"
  | "deadLettersOf"
  | "check"
  | "checkDestination"
  | "sendTrial"
  | "attemptsOf"
  | "queueTrouble"
  | "explain"
  | "tap"
  | "recentEvents"
  | "redactedFor"
  | "checkpointsOf"
  | "publish"
>;

/** A stored row, or one that is about to be created. */
export interface TenantRow extends Pick<SiemConfigInput, "connectorType" | "settings" | "delivery" | "filter"> {
  readonly id: string;
  readonly orgId: string;
}

export type TenantDestination = { readonly destination: Destination } | { readonly problems: readonly ConfigProblem[] };

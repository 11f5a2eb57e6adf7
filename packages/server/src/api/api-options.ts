import type {
  ConfigProblem,
  ConnectorRegistry,
  Destination,
  DestinationStatus,
  Host,
  HostSettings,
} from "@arbitex/core/host";
import type { ConfigStore } from "../configs/config-store.ts";
import type { SiemConfigInput, StoredCounts } from "../configs/siem-config.ts";

/** What the API for organisations and administrators works with. */
export interface ApiOptions {
  readonly configs: ConfigStore;
  readonly running: Running;
  /** Checks what a row says, everything at once. Problems name their place as the body does: `config.url`. */
  readonly destinationOf: (row: TenantRow) => Promise<TenantDestination>;
  readonly registry: ConnectorRegistry;
  /** Its global destinations are shown and tested; changes of configurations are published to it. */
  readonly host: ApiHost;
  readonly settings: Pick<HostSettings, "deadLetterPath" | "maxDeadLetterBytesPerOrg" | "doorLimits" | "egress">;
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
  | "publish"
>;

/** The destinations that run because a row of `siem_configs` says so. */
export interface Running {
  statusOf(id: string): DestinationStatus | undefined;
  /** What this server has counted of a row, over restarts. */
  countsOf(id: string): StoredCounts | null | undefined;
  /** The row's version that runs; undefined while none does. */
  appliedVersion(id: string): number | undefined;
  /** Why the row's newest version does not run. */
  problem(id: string): string | undefined;
  /** Applies the row as it is now, or that it is gone. What the row says is no reason to reject: `problem` tells that. */
  refresh(id: string): Promise<void>;
  /** Says, before a row is removed, what is to happen with events that are not delivered yet. Gives a way to take that back. */
  removing(id: string, leftover: LeftoverChoice): () => void;
  /** Tells, as long as it runs, of every row that was applied, whoever changed it. */
  onApplied(listener: AppliedListener): void;
}

/** Told of a row that was applied, or whose end was. */
export type AppliedListener = (id: string) => void;

export type LeftoverChoice = "deliver" | "dead-letter";

/** A row, or what would become one. */
export interface TenantRow extends Pick<SiemConfigInput, "connectorType" | "settings" | "delivery" | "filter"> {
  readonly id: string;
  readonly orgId: string;
}

export type TenantDestination = { readonly destination: Destination } | { readonly problems: readonly ConfigProblem[] };

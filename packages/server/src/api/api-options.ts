import type { CheckReport } from "@arbitex/core";
import type {
  ConfigProblem,
  ConnectorRegistry,
  Destination,
  DestinationStatus,
  Host,
  HostSettings,
} from "@arbitex/core/host";
import type { ConfigStore } from "../configs/config-store.ts";
import type { SiemConfigInput } from "../configs/siem-config.ts";

/** What the API for organisations and administrators works with. */
export interface ApiOptions {
  readonly configs: ConfigStore;
  readonly running: Running;
  /** Checks what a row says, everything at once. Problems name their place as the body does: `config.url`. */
  readonly destinationOf: (row: TenantRow) => Promise<TenantDestination>;
  readonly registry: ConnectorRegistry;
  /** Its global destinations are shown and tested; changes of configurations are published to it. */
  readonly host: Pick<Host, "status" | "check" | "publish">;
  readonly settings: Pick<HostSettings, "deadLetterPath" | "doorLimits" | "egress">;
}

/** The destinations that run because a row of `siem_configs` says so. */
export interface Running {
  status(id: string): DestinationStatus | undefined;
  /** The row's version that runs; undefined while none does. */
  appliedVersion(id: string): number | undefined;
  /** Why the row's newest version does not run. */
  problem(id: string): string | undefined;
  /** Applies the row as it is now. Never rejects because of what the row says: `problem` tells that. */
  refresh(id: string): Promise<void>;
  /** Said before a row is removed: what is queued then is delivered first, or becomes dead letters. */
  removing(id: string, leftover: LeftoverChoice): void;
  /** Connects with these settings under the egress guard, and to nothing else. */
  check(destination: Destination): Promise<CheckReport>;
}

export type LeftoverChoice = "deliver" | "dead-letter";

/** A row, or what would become one. */
export interface TenantRow extends Pick<SiemConfigInput, "connectorType" | "settings" | "delivery" | "filter"> {
  readonly id: string;
  readonly orgId: string;
}

export type TenantDestination = { readonly destination: Destination } | { readonly problems: readonly ConfigProblem[] };

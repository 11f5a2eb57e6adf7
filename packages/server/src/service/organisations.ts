import type { Composition, ConnectorRegistry, Factories, FindUnopened, Host, HostParts } from "@arbitex/core/host";
import type { HostSettings } from "../config/deployment.ts";
import type { Activity } from "../activity/activity.ts";
import type { KnownTokens } from "../access/known-tokens.ts";
import { openKnownTokens } from "../access/known-tokens.ts";
import type { SessionStore } from "../access/session-store.ts";
import { createSessionStore } from "../access/session-store.ts";
import type { SetupLinkStore } from "../access/setup-link-store.ts";
import { createSetupLinkStore } from "../access/setup-link-store.ts";
import type { TokenStore } from "../access/token-store.ts";
import { createTokenStore } from "../access/token-store.ts";
import type { ApiOptions } from "../api/api-options.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ownView } from "../cluster/destination-view.ts";
import type { ConfigStore } from "../organisations/configs/config-store.ts";
import { createSqlConfigStore } from "../organisations/configs/sql-config-store.ts";
import type { AuditOutbox } from "../database/audit-outbox.ts";
import { createAuditOutbox } from "../database/audit-outbox.ts";
import { createRequestCounts } from "../database/request-counts.ts";
import type { DeadLetterArchive } from "../dead-letters/dead-letter-archive.ts";
import type { Database } from "../database/database.ts";
import { createReplayTable } from "../dead-letters/replays/replay-table.ts";
import { configuredKeys } from "../organisations/secrets/configured-keys.ts";
import type { SettingsCipher } from "../organisations/secrets/encrypted-settings.ts";
import { createSettingsCipher } from "../organisations/secrets/encrypted-settings.ts";
import { startStatusWriter } from "../organisations/tenants/status-writer.ts";
import type { TenantSettings } from "../organisations/tenants/tenant-destination.ts";
import { tenantDestination } from "../organisations/tenants/tenant-destination.ts";
import { unopenedDestination } from "../organisations/tenants/unopened-destination.ts";
import { DestinationReconciler } from "../organisations/tenants/destination-reconciler.ts";
import { within } from "../within.ts";
import type { ServerId } from "./server-id.ts";

/** The host's parts, and those of a server with a database. */
export interface OrganisationsBase extends HostParts {
  readonly host: Host;
  readonly database: Database;
  readonly registry: ConnectorRegistry;
  readonly activity: Activity;
  readonly settings: HostSettings;
  readonly deadLetters: DeadLetterArchive;
  readonly serverId: ServerId;
  /** Undefined where no other server has the queue. */
  readonly cluster: Cluster | undefined;
  readonly isProduction: boolean;
}

/** Stores organisations' configurations and applies them. */
interface OrganisationsParts {
  readonly cipher: SettingsCipher;
  readonly configs: ConfigStore;
  readonly tokenStore: TokenStore;
  readonly links: SetupLinkStore;
  readonly outbox: AuditOutbox;
  readonly sessions: SessionStore;
  readonly reconciler: DestinationReconciler;
}

const factories: Factories<OrganisationsBase & OrganisationsParts, OrganisationsParts> = {
  cipher: ({ settings, isProduction, logger, clock }) =>
    createSettingsCipher({ keys: configuredKeys(settings.fernetKeys, { isProduction, logger }), now: clock.now }),
  configs: ({ database, clock, cipher, serverId }) =>
    createSqlConfigStore({ database, clock, cipher, serverId: serverId.id }),
  tokenStore: ({ database, clock }) => createTokenStore({ database, clock }),
  links: ({ database, clock }) => createSetupLinkStore({ database, clock }),
  outbox: ({ database, clock }) => createAuditOutbox({ database, clock }),
  sessions: ({ database, clock }) => createSessionStore({ database, clock }),
  reconciler: ({ configs, host, registry, logger, clock, cluster, queueStore }) =>
    new DestinationReconciler({
      queueStore,
      store: configs,
      host,
      registry,
      logger,
      view: cluster ?? ownView,
      now: clock.now,
    }),
};

const CLOSE_MS = 1000;

/** The part of a server with a database: runs the destinations of organisations and checks API tokens. */
export interface Organisations {
  readonly api: ApiOptions;
  readonly tokens: KnownTokens;
  /** Whether a destination belongs to a row, disabled or not. */
  readonly isConfigured: (destinationId: string) => boolean;
  /** What a destination is that is not open: a disabled row, or nothing that is configured. */
  readonly unopened: FindUnopened;
  /** Stops applying changes. Running destinations continue. */
  freeze(): Promise<void>;
  /** Writes the last states. The caller closes the database. */
  close(): Promise<void>;
}

/** Opens every organisation's destinations. Throws when the database cannot be read, or secrets have no key. */
export async function openOrganisations(composition: Composition<OrganisationsBase>): Promise<Organisations> {
  const { parts } = composition.child<OrganisationsParts>(factories);
  const { configs, reconciler, registry, host, settings, serverId, cluster, clock, logger, queueStore } = parts;
  const tokens = await openKnownTokens({ store: parts.tokenStore, clock, logger });
  await reconciler.open();
  const statusWriter = startStatusWriter({
    store: configs,
    reconciler,
    clock,
    logger,
    isWriter: () => cluster?.isWriter() !== false,
  });
  const destinationOf = (row: TenantSettings) => tenantDestination(row, registry, settings.redaction.ofOrganisations);
  return {
    tokens,
    isConfigured: (id) => reconciler.appliedVersion(id) !== undefined,
    unopened: (id) => unopenedDestination(id, { configs, destinationOf }),
    api: {
      configs,
      running: reconciler,
      destinationOf,
      mostHoldMs: () => queueStore.mostHoldMs,
      registry,
      host,
      view: cluster ?? ownView,
      activity: parts.activity,
      deadLetters: parts.deadLetters,
      replays: cluster && createReplayTable(parts.database, cluster.id),
      requestCounts: cluster && createRequestCounts(parts),
      links: parts.links,
      outbox: parts.outbox,
      sessions: parts.sessions,
      tokens: parts.tokenStore,
      settings,
    },
    freeze: () => reconciler.close(),
    // A database that does not answer must not delay shutdown: the next start restores unwritten counts from the queue.
    async close() {
      await within({ ms: CLOSE_MS, what: "changes of configurations", logger }, () => reconciler.close());
      await Promise.all([
        within({ ms: CLOSE_MS, what: "writing states", logger }, async () => {
          await statusWriter.close();
          if (!serverId.isLasting) await configs.handOverCounts();
        }),
        within({ ms: CLOSE_MS, what: "writing uses of tokens", logger }, () => tokens.close()),
      ]);
    },
  };
}

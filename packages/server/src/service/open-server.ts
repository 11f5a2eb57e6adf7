import { randomUUID } from "node:crypto";
import type { Logger } from "@arbitex/core";
import type { Composition, Host, Leftover } from "@arbitex/core/host";
import type { Deployment } from "../config/deployment.ts";
import type { Activity } from "../activity/activity.ts";
import { openActivity } from "../activity/activity.ts";
import { composeHost, createHost, readPublishedKeys, systemClock } from "@arbitex/core/host";
import type { Cluster } from "../cluster/cluster.ts";
import type { DestinationView } from "../cluster/destination-view.ts";
import { ownView } from "../cluster/destination-view.ts";
import { signingKeyPath } from "../config/signing-key-path.ts";
import type { DeadLetterArchive } from "../dead-letters/dead-letter-archive.ts";
import type { Database } from "../database/database.ts";
import type { DatabaseChoice } from "../database/database-choice.ts";
import { wantedDatabase } from "../database/database-choice.ts";
import { isLoopback } from "../http/loopback.ts";
import type { HttpServer } from "./server.ts";
import { createServer } from "./server.ts";
import { messageOf } from "../message-of.ts";
import { within } from "../within.ts";
import { hostOptions } from "./host-options.ts";
import { openDeadLetters } from "./dead-letters.ts";
import type { ListenAddress } from "./siem-server.ts";
import { assertSafe } from "./listen.ts";
import type { Organisations, OrganisationsBase } from "./organisations.ts";
import { leftoversOf, openServerQueue } from "./queue-store.ts";
import type { SharedQueue } from "./kafka-queue.ts";
import { allServers, serverIdOf } from "./server-id.ts";
import { watchExpiry } from "./watch-expiry.ts";
import { watchLeftovers } from "./watch-leftovers.ts";

export interface OpenServerOptions {
  readonly deployment: Deployment;
  readonly address: ListenAddress;
  readonly workingFolder: string;
  readonly isProduction: boolean;
  readonly logger: Logger;
}

/** A server that is ready to listen, with everything behind it. */
export interface OpenServer {
  readonly host: Host;
  /** How destinations are shown. */
  readonly view: DestinationView;
  readonly server: HttpServer;
  /** The recent past of destinations. */
  readonly activity: Activity;
  readonly deadLetters: DeadLetterArchive;
  readonly database: Database | undefined;
  /** Whether ingest needs no token. */
  readonly isIngestOpen: boolean;
  /** Queued events of destinations that are no longer configured. */
  readonly leftovers: readonly Leftover[];
  /** Stops ingest and delivers what it can, like the host's `stop`. */
  stop(): Promise<void>;
  /** Closes everything in order, whether stopped before or not. */
  close(): Promise<void>;
}

const FREEZE_MS = 500;

/** Opens everything that a server needs. When one part cannot be opened, it closes the parts opened before. */
export async function openServer(options: OpenServerOptions): Promise<OpenServer> {
  const opened: (() => Promise<void>)[] = [];
  async function close(): Promise<void> {
    for (let closeOne = opened.pop(); closeOne !== undefined; closeOne = opened.pop()) {
      // A part that cannot be closed must not prevent closing the others, nor the account.
      await closeOne().catch((error: unknown) => options.logger.warn({ reason: messageOf(error) }, "cannot be closed"));
    }
  }
  try {
    return { ...(await openAll(options, (closeOne) => void opened.push(closeOne))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAll(
  { deployment, address, workingFolder, isProduction, logger }: OpenServerOptions,
  opened: (close: () => Promise<void>) => void,
): Promise<Omit<OpenServer, "close">> {
  const { settings, destinations, registry } = deployment;
  const { ingestToken, jwt, trustProxy, intakeLimits, orgLabel, maxBodyBytes } = settings;

  const database = await openWanted(wantedDatabase(settings.database, workingFolder), logger);
  if (database !== undefined) opened(() => database.close());

  const { queueStore, shared } = await openServerQueue(deployment, database, logger);
  const deadLetters = await openDeadLetters(deployment, database, logger);
  opened(async () => deadLetters.close());
  const hostSettings = {
    ...deadLetters.hostOptions,
    destinations,
    queueStore,
    logger,
    deadLetterPath: settings.deadLetterPath,
    deadLetterRetentionMs: settings.deadLetterRetentionMs,
    maxDeadLetterBytesPerOrg: settings.maxDeadLetterBytesPerOrg,
    ...hostOptions(settings),
    keepRecentEvents: true,
  };
  const composition = composeHost(hostSettings);
  const host = await createHost(hostSettings, composition);
  opened(() => host.stop({ deadlineMs: 0 }));

  const activity = openActivity({ host, clock: systemClock });
  opened(async () => activity.close());

  const isOnDisk = queueStore.durable && shared === undefined;
  const serverId = shared === undefined ? await serverIdOf(isOnDisk ? settings.queue.path : undefined) : allServers;
  const cluster = shared && database && (await joinCluster(shared, database, host, logger));
  if (cluster !== undefined) {
    opened(() => within({ ms: FREEZE_MS, what: "leaving the other servers", logger }, () => cluster.close()));
  }
  const view: DestinationView = cluster ?? ownView;
  const organisations =
    database &&
    (await serveOrganisations(
      composition.child({
        host: () => host,
        database: () => database,
        registry: () => registry,
        activity: () => activity,
        settings: () => settings,
        deadLetters: () => deadLetters.archive,
        serverId: () => serverId,
        cluster: () => cluster,
        isProduction: () => isProduction,
      }),
    ));
  if (organisations !== undefined) opened(() => organisations.close());
  const isConfigured = (id: string) => organisations?.isConfigured(id) === true;
  if (shared !== undefined) {
    const leftovers = () => leftoversOf(queueStore);
    const watch = watchLeftovers({ leftovers, host, isConfigured, clock: systemClock, logger });
    opened(() => watch.close());
    if (organisations !== undefined) {
      const expiry = watchExpiry({ host, unopened: organisations.unopened, clock: systemClock, logger });
      opened(() => expiry.close());
    }
  }

  const hasIngestToken = ingestToken !== undefined || organisations?.tokens.hasIngest() === true;
  assertSafe(address, hasIngestToken);
  const isIngestOpen = !hasIngestToken && isLoopback(address.host);
  const server = createServer({
    host,
    view,
    ingestToken,
    isIngestOpen,
    authenticate: organisations?.tokens.authenticate,
    jwt,
    trustProxy,
    api: organisations?.api,
    activity,
    intakeLimits,
    maxBodyBytes,
    orgLabel,
    logger,
    signingKeys: () => readPublishedKeys(signingKeyPath(settings.queue)),
    onFailure: (error) => logger.error({ error: error.message, stack: error.stack }, "a request failed"),
  });
  opened(() => server.close());
  return {
    host,
    view,
    server,
    activity,
    deadLetters: deadLetters.archive,
    database,
    isIngestOpen,
    leftovers: leftoversOf(queueStore).filter(({ destinationId }) => !isConfigured(destinationId)),
    async stop() {
      server.stopIntake();
      await Promise.all([
        server.endReplays(),
        // The host refuses a change that is under way while it stops.
        within({ ms: FREEZE_MS, what: "changes of configurations", logger }, async () => organisations?.freeze()).then(
          () => host.stop(),
        ),
      ]);
    },
  };
}

async function joinCluster(shared: SharedQueue, database: Database, host: Host, logger: Logger): Promise<Cluster> {
  const [{ openCluster }, { createNodeTable }] = await Promise.all([
    import("../cluster/cluster.ts"),
    import("../cluster/node-table.ts"),
  ]);
  const { queueStore, topic } = shared;
  const table = createNodeTable(database, topic);
  const partitions = () => queueStore.ownedPartitions();
  return openCluster({ id: randomUUID(), table, host, partitions, clock: systemClock, logger });
}

// Loaded on demand: database modules load slowly, and a server without a database needs none.

async function openWanted(choice: DatabaseChoice | undefined, logger: Logger): Promise<Database | undefined> {
  if (choice === undefined) return undefined;
  const { openDatabase } = await import("../database/open-database.ts");
  return openDatabase(choice, { clock: systemClock, logger });
}

async function serveOrganisations(composition: Composition<OrganisationsBase>): Promise<Organisations> {
  const { openOrganisations } = await import("./organisations.ts");
  return openOrganisations(composition);
}

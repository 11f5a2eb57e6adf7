import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Secret } from "@arbitex/core";
import type { ConfigProblem, GeoipPaths } from "@arbitex/core/host";
import { egressSettings, findConnectors, problem, readProxySettings, UNKNOWN_SETTING } from "@arbitex/core/config";
import { jwtSettings } from "./auth-settings.ts";
import { consoleSettings } from "./console-settings.ts";
import type { ConfigFile } from "./config-file.ts";
import { noFile, readConfigFile } from "./config-file.ts";
import type { Deployment, HostSettings } from "./deployment.ts";
import type { FoundConnectors } from "@arbitex/core/config";
import { discoveryPlaces } from "./discovery-places.ts";
import { environmentDestinations } from "./environment-destinations.ts";
import { fileDestinations } from "./file-destinations.ts";
import type { HostConfig } from "./host-config.ts";
import type { HostEnvironment } from "./host-environment.ts";
import { readHostEnvironment } from "./host-environment.ts";
import { geoipSettings, ingestSettings } from "./ingest-settings.ts";
import type { LoadOptions } from "./load-options.ts";
import { kafkaSettings } from "./kafka-settings.ts";
import { otherCores } from "./other-cores.ts";
import { parseHostConfig } from "./parse-host-config.ts";
import type { RedactionSettings } from "./redaction-settings.ts";
import { keyProblems, organisationRules, redactionKey } from "./redaction-settings.ts";
import { ConfigError, createConnectorRegistry } from "@arbitex/core/host";
import { sameRecipients } from "./same-recipients.ts";

const DEFAULT_FILES = ["siem.config.yaml", "siem.config.yml", "siem.config.json"];

/** The result of reading a configuration, valid or not. */
export interface Inspection {
  /** All problems, in reading order. */
  readonly problems: readonly ConfigProblem[];
  /** The usable part of the configuration; all of it when there are no problems. */
  readonly deployment: Deployment;
  /** False when the file cannot be read at all; the deployment then has the default settings. */
  readonly isFileReadable: boolean;
}

/** Like `inspectDeployment`, but throws `ConfigError` when there is a problem. */
export async function loadDeployment(options: LoadOptions): Promise<Deployment> {
  const { problems, deployment } = await inspectDeployment(options);
  if (problems.length > 0) throw new ConfigError(problems);
  return deployment;
}

/**
 * Reads the environment and the configuration file, discovers connectors and validates everything. Does not stop at the
 * first problem.
 */
export async function inspectDeployment(options: LoadOptions): Promise<Inspection> {
  const { environment, workingFolder } = options;
  const host = readHostEnvironment(environment);
  const path = pathOf(options);
  const file = path === undefined ? noFile : await readConfigFile(resolve(workingFolder, path), options);
  const { config, entries, problems: wrong } = parseHostConfig(file);
  const { places, problems: wrongRoot } = discoveryPlaces(options, path);
  // As in modules, a folder that a file names is relative to the file.
  const listedFrom = path === undefined ? workingFolder : dirname(resolve(workingFolder, path));
  const connectors = await findConnectors({ listed: config.connectors, places, listedFrom });
  const unusable = connectors.errors.map((found) => connectorProblem(found, file));
  const registry = createConnectorRegistry(connectors.packages, connectors.looked);

  const fromFile = await fileDestinations(entries, file, registry);
  const fromEnvironment = await environmentDestinations({
    registry,
    environment,
    isWanted: config.environment,
    file: { ...file, path, types: fromFile.types, isEmpty: entries.length === 0 },
    taken: new Set(fromFile.destinations.map(({ id }) => id)),
  });
  const destinations = [...fromFile.destinations, ...fromEnvironment.destinations];
  const geoipProblems: ConfigProblem[] = [];
  const geoip = geoipSettings({ environment: host.settings, file: config.enrichment, workingFolder }, geoipProblems);

  const organisations = organisationRules(config.redaction, file.naming);
  const redaction: RedactionSettings = {
    key: redactionKey({
      environment: host.settings.SIEM_REDACTION_KEY,
      file: config.redaction?.key,
      fernetKeys: host.settings.FERNET_KEY,
    }),
    ofOrganisations: organisations.rules,
  };

  const isKnown = ({ path: name, message }: ConfigProblem) => message === UNKNOWN_SETTING || !file.unknown.has(name);
  return {
    problems: [
      ...[
        ...file.problems,
        ...[...wrong, ...unusable, ...organisations.problems, ...fromFile.problems].filter(isKnown),
      ].toSorted(byPlace),
      ...host.problems,
      ...wrongRoot,
      ...readProxySettings(environment).problems.map(({ variable, ...rest }) => ({ path: variable, ...rest })),
      ...geoipProblems,
      ...fromEnvironment.problems,
      ...keyProblems(destinations, redaction),
    ],
    deployment: {
      destinations,
      registry,
      warnings: [
        ...host.warnings,
        ...fromEnvironment.warnings,
        ...(await otherCores(destinations, registry)),
        ...sameRecipients(destinations),
      ],
      configPath: path,
      sections: sectionsOf(config),
      settings: { ...settingsOfHost(config, host.settings, geoip), redaction },
    },
    isFileReadable: file.isReadable,
  };
}

function pathOf({ configPath, environment, workingFolder }: LoadOptions): string | undefined {
  const named = configPath ?? environment["SIEM_CONFIG"];
  // An empty variable counts as unset.
  return named === undefined || named === ""
    ? DEFAULT_FILES.find((file) => existsSync(join(workingFolder, file)))
    : named;
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0);
}

function connectorProblem({ error, index }: FoundConnectors["errors"][number], { naming }: ConfigFile): ConfigProblem {
  const path = index === undefined ? ["connectors"] : ["connectors", index];
  return problem({
    path: naming.name(path),
    message: error.message,
    at: index === undefined ? undefined : naming.at?.(path, "value"),
  });
}

/** Sections without destinations, which a reload can change while a host runs. */
function sectionsOf(config: HostConfig): Readonly<Record<string, unknown>> {
  const entries = Object.entries(config).filter(([name]) => name !== "destinations" && name !== "environment");
  return Object.fromEntries(entries);
}

function settingsOfHost(
  {
    auth,
    console,
    control,
    database,
    dead_letters,
    egress,
    ingest,
    metrics,
    queue = {},
    trust_proxy,
    workers,
  }: HostConfig,
  environment: HostEnvironment,
  geoip: GeoipPaths,
): Omit<HostSettings, "redaction"> {
  const token = environment.SIEM_INGEST_TOKEN;
  const databasePath = environment.SIEM_DATABASE_PATH ?? database?.path;
  return {
    listenHost: environment.SIEM_HOST,
    listenPort: environment.SIEM_PORT,
    ingestToken: token === undefined ? undefined : new Secret(token),
    jwt: jwtSettings(auth),
    console: consoleSettings(console, environment.SIEM_CONSOLE_URL),
    trustProxy: environment.SIEM_TRUST_PROXY ?? trust_proxy ?? [],
    deadLetterPath: environment.SIEM_DEAD_LETTER_PATH ?? dead_letters?.path ?? "dead-letters",
    deadLetterRetentionMs: dead_letters?.retention,
    maxDeadLetterBytesPerOrg: dead_letters?.max_bytes_per_org,
    logLevel: environment.LOG_LEVEL,
    ...ingestSettings(ingest),
    geoip,
    egress: egressSettings(egress),
    orgLabel: metrics?.org_label ?? false,
    queue: {
      store: environment.SIEM_QUEUE ?? queue.store,
      path: environment.SIEM_QUEUE_PATH ?? queue.path ?? "queue",
    },
    kafka: kafkaSettings(queue, environment.SIEM_KAFKA_BROKERS),
    controlPath: environment.SIEM_CONTROL_PATH ?? control?.path,
    workers: environment.SIEM_WORKERS ?? workers ?? 0,
    maxQueuedBytes: queue.max_bytes,
    maxQueuedBytesPerOrg: queue.max_bytes_per_org,
    database: {
      url: environment.DATABASE_URL,
      path: databasePath ?? "database",
      isPathNamed: databasePath !== undefined,
    },
    fernetKeys: environment.FERNET_KEY,
  };
}

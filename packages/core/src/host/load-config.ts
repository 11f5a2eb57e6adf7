import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Secret } from "../connector/secret.ts";
import type { GeoipPaths } from "../enrichment/geoip.ts";
import { SiemError } from "../errors.ts";
import { jwtSettings } from "./auth-settings.ts";
import type { ConfigFile, Environment } from "./config-file.ts";
import { readConfigFile } from "./config-file.ts";
import { pathText, problemsOf } from "./config-problems.ts";
import { deliverySchema } from "./delivery-config.ts";
import { coerced, configuredDestination } from "./configured-destination.ts";
import type { Deployment, HostSettings } from "./deployment.ts";
import type { Destination } from "./destination.ts";
import { discoverConnectors, listedConnectors } from "./discover.ts";
import { egressSettings } from "./egress-settings.ts";
import { readProxySettings } from "../transport/proxy/proxy-settings.ts";
import type { EnvironmentDestination } from "./environment-destination.ts";
import { environmentDestination } from "./environment-destination.ts";

import type { HostConfig } from "./host-config.ts";
import { hostConfigSchema, hostEnvironmentSchema } from "./host-config.ts";
import { geoipSettings, ingestSettings } from "./ingest-settings.ts";
import type { ConfigProblem } from "./problem.ts";
import { ConfigError } from "./problem.ts";
import type { ConnectorPackage } from "./connector-package.ts";
import type { ConnectorRegistry } from "./registry.ts";
import { createConnectorRegistry } from "./registry.ts";
import { settingsOf } from "./setting-table.ts";

export interface LoadOptions {
  readonly environment: Environment;
  /** Where `siem.config.yaml` and the deployment's `package.json` are looked for. */
  readonly workingFolder: string;
  /** Comes before `SIEM_CONFIG`. */
  readonly configPath?: string;
}

const DEFAULT_FILES = ["siem.config.yaml", "siem.config.yml", "siem.config.json"];

/** Reads the environment and the configuration file, finds the connectors and checks everything. Throws `ConfigError`. */
export async function loadDeployment({ environment, workingFolder, configPath }: LoadOptions): Promise<Deployment> {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const hostEnvironment = readHostEnvironment(environment, problems);
  const path =
    configPath ?? environment["SIEM_CONFIG"] ?? DEFAULT_FILES.find((file) => existsSync(join(workingFolder, file)));
  const file = path === undefined ? emptyFile : await readConfigFile(resolve(workingFolder, path), environment);
  problems.push(...file.problems);
  const config = parseFile(file, problems);
  const registry = createConnectorRegistry(await findConnectors(config.connectors, workingFolder, problems));

  const destinations: Destination[] = [];
  for (const [index, entry] of (config.destinations ?? []).entries()) {
    const found = await configuredDestination(entry, {
      registry,
      path: `destinations[${index}]`,
      fromVariables: file.fromVariables,
    });
    problems.push(...found.problems);
    if (found.destination !== undefined) destinations.push(found.destination);
  }
  if (config.environment !== false) {
    for (const found of await environmentDestinations(registry, environment)) {
      problems.push(...found.problems);
      warnings.push(...found.warnings);
      if (found.destination !== undefined) destinations.push(found.destination);
    }
  }
  problems.push(...doubleIds(destinations));
  problems.push(
    ...readProxySettings(environment).problems.map(({ variable, ...rest }) => ({ path: variable, ...rest })),
  );
  const geoip = geoipSettings({ environment: hostEnvironment, file: config.enrichment, workingFolder }, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    destinations,
    registry,
    warnings,
    configPath: path,
    sections: sectionsOf(config),
    settings: settingsOfHost(config, hostEnvironment, geoip),
  };
}

const emptyFile: ConfigFile = { content: {}, fromVariables: new Set(), problems: [] };

type HostEnvironment = z.output<typeof hostEnvironmentSchema>;

function readHostEnvironment(environment: Environment, problems: ConfigProblem[]): HostEnvironment {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = hostEnvironmentSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  problems.push(...problemsOf(parsed.error, hostEnvironmentSchema, pathText));
  return hostEnvironmentSchema.parse({});
}

function parseFile({ content, fromVariables }: ConfigFile, problems: ConfigProblem[]): HostConfig {
  const parsed = hostConfigSchema.safeParse(withCoercedDelivery(content ?? {}, fromVariables));
  if (parsed.success) return parsed.data;
  if (content !== undefined) problems.push(...problemsOf(parsed.error, hostConfigSchema, pathText));
  return {};
}

const looseDestinations = z.looseObject({
  destinations: z.array(z.looseObject({ delivery: z.record(z.string(), z.unknown()) }).or(z.unknown())),
});
const withDelivery = z.looseObject({ delivery: z.record(z.string(), z.unknown()) });

function withCoercedDelivery(content: unknown, fromVariables: ReadonlySet<string>): unknown {
  const parsed = looseDestinations.safeParse(content);
  if (fromVariables.size === 0 || !parsed.success) return content;
  const settings = settingsOf(deliverySchema);
  const destinations = parsed.data.destinations.map((entry, index) => {
    const destination = withDelivery.safeParse(entry);
    if (!destination.success) return entry;
    const path = `destinations[${index}].delivery`;
    return { ...destination.data, delivery: coerced(destination.data.delivery, path, settings, fromVariables) };
  });
  return { ...parsed.data, destinations };
}

async function findConnectors(
  listed: readonly string[] | undefined,
  workingFolder: string,
  problems: ConfigProblem[],
): Promise<readonly ConnectorPackage[]> {
  try {
    return await (listed === undefined ? discoverConnectors(workingFolder) : listedConnectors(listed, workingFolder));
  } catch (error) {
    if (!(error instanceof SiemError)) throw error;
    problems.push({ path: "connectors", message: error.message });
    return [];
  }
}

async function environmentDestinations(registry: ConnectorRegistry, environment: Environment) {
  const variables = Object.keys(environment);
  const found: EnvironmentDestination[] = [];
  for (const connectorPackage of registry.packages) {
    const { type, envPrefix } = connectorPackage;
    // A connector that names its prefix need not be imported to see that nobody asked for it.
    if (envPrefix !== undefined && !variables.some((name) => name.startsWith(`${envPrefix}_`))) continue;
    try {
      found.push(environmentDestination(await registry.load(type), environment, connectorPackage));
    } catch (error) {
      if (!(error instanceof SiemError)) throw error;
      const problem = { path: "connectors", message: error.message };
      // Without a prefix nobody can say whether the environment means this connector.
      found.push(
        envPrefix === undefined ? { problems: [], warnings: [problem] } : { problems: [problem], warnings: [] },
      );
    }
  }
  return found;
}

function doubleIds(destinations: readonly Destination[]): readonly ConfigProblem[] {
  const ids = destinations.map(({ id }) => id);
  const doubles = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...doubles].map((id) => ({
    path: "destinations",
    message: `two destinations have the id "${id}".`,
    fix: "Give each its own; a destination from the environment has its type as id.",
  }));
}

/** Destinations come and go while a host runs; the rest is for its start. */
function sectionsOf(config: HostConfig): Readonly<Record<string, unknown>> {
  const entries = Object.entries(config).filter(([name]) => name !== "destinations" && name !== "environment");
  return Object.fromEntries(entries);
}

function settingsOfHost(
  { auth, control, database, dead_letters, egress, ingest, metrics, queue = {}, trust_proxy, workers }: HostConfig,
  environment: HostEnvironment,
  geoip: GeoipPaths,
): HostSettings {
  const token = environment.SIEM_INGEST_TOKEN;
  const databasePath = environment.SIEM_DATABASE_PATH ?? database?.path;
  return {
    listenHost: environment.SIEM_HOST,
    listenPort: environment.SIEM_PORT,
    ingestToken: token === undefined ? undefined : new Secret(token),
    jwt: jwtSettings(auth),
    trustProxy: environment.SIEM_TRUST_PROXY ?? trust_proxy ?? [],
    deadLetterPath: environment.SIEM_DEAD_LETTER_PATH ?? dead_letters?.path ?? "dead-letters",
    deadLetterRetentionMs: dead_letters?.retention,
    logLevel: environment.LOG_LEVEL,
    ...ingestSettings(ingest),
    geoip,
    egress: egressSettings(egress),
    orgLabel: metrics?.org_label ?? false,
    queue: {
      store: environment.SIEM_QUEUE ?? queue.store,
      path: environment.SIEM_QUEUE_PATH ?? queue.path ?? "queue",
    },
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

import { resolve } from "node:path";
import { SiemError } from "../../errors.ts";
import type { ConnectorPackage } from "./connector-package.ts";
import { connectorPackageIn, readConnectorPackage } from "./connector-package.ts";
import type { Deployment, DiscoveryPlace } from "./deployment.ts";
import { deploymentAt } from "./deployment.ts";
import type { Looked } from "./looked.ts";
import { installCommand } from "./looked.ts";
import { editDistance } from "../../nearest.ts";
import { officialPackages } from "./official-connectors.ts";
import { packageFolder, projectOf, withManifest } from "./package-folder.ts";

/** Edits up to which a name counts as a misspelt other one. */
const MOST_SLIPS = 2;

/** Connectors found, and what could not be read. */
export interface FoundConnectors {
  readonly packages: readonly ConnectorPackage[];
  /** Packages that could not be read, with their index in `listed`. */
  readonly errors: readonly { readonly error: SiemError; readonly index?: number }[];
  /** Every searched place, in order. The connectors come from the last one. Empty if a list replaced the search. */
  readonly looked: readonly Looked[];
}

export interface DiscoveryOptions {
  /** Replaces the search: package names, or folders that begin with `.` or `/`. */
  readonly listed?: readonly string[] | undefined;
  /** Places to search, in this order. */
  readonly places: readonly DiscoveryPlace[];
  /** Base of relative folders in `listed`. */
  readonly listedFrom: string;
}

/**
 * Finds the connectors of the deployment at `workingFolder`: its direct dependencies with an `arbitexConnector`
 * manifest. Throws if one is invalid.
 */
export async function discoverConnectors(workingFolder: string): Promise<readonly ConnectorPackage[]> {
  const places = [{ name: "working folder", folder: workingFolder, search: "nearest" }] as const;
  const { packages, errors } = await findConnectors({ places, listedFrom: workingFolder });
  const [first] = errors;
  if (first !== undefined) throw first.error;
  return packages;
}

/**
 * Finds the connectors of the first deployment that has any, or those of the list. Reads manifests and imports nothing.
 * An invalid connector does not hide the others.
 */
export async function findConnectors(options: DiscoveryOptions): Promise<FoundConnectors> {
  const { listed } = options;
  return listed === undefined ? searchPlaces(options.places) : connectorsOfList(listed, options);
}

async function searchPlaces(places: readonly DiscoveryPlace[]): Promise<FoundConnectors> {
  const looked: Looked[] = [];
  const collected = collector();
  for (const place of places) {
    const deployment = await collected.attempt(() => deploymentAt(place));
    const isKnown = looked.some((earlier) => earlier.deployment?.path === deployment?.path);
    if (isKnown && deployment !== undefined) continue;
    for (const { folder } of deployment?.dependencies ?? []) {
      // A missing dependency is the package manager's concern, not a missing connector.
      if (folder !== undefined) await collected.add(() => connectorPackageIn(folder));
    }
    looked.push({ place, deployment, connectors: collected.packages.map(({ name }) => name) });
    if (collected.packages.length + collected.errors.length > 0) break;
  }
  return { ...collected, looked };
}

async function connectorsOfList(
  listed: readonly string[],
  { places, listedFrom }: DiscoveryOptions,
): Promise<FoundConnectors> {
  const looked: Looked[] = [];
  const collected = collector();
  for (const place of places) looked.push({ place, deployment: await deploymentOrNone(place), connectors: [] });
  for (const [index, name] of listed.entries()) {
    const isPath = name.startsWith(".") || name.startsWith("/");
    await collected.add(
      () => (isPath ? connectorAtPath(resolve(listedFrom, name)) : connectorByName(name, looked)),
      index,
    );
  }
  // A list ends the search, so no place was searched.
  return { ...collected, looked: [] };
}

/** With a list, an unreadable `package.json` only removes one place to search. */
async function deploymentOrNone(place: DiscoveryPlace): Promise<Deployment | undefined> {
  try {
    return await deploymentAt(place);
  } catch {
    return undefined;
  }
}

function connectorAtPath(folder: string): Promise<ConnectorPackage> {
  if (withManifest(folder) !== undefined) return readConnectorPackage(folder);
  throw new SiemError(
    "SIEM_CONNECTOR_LOAD",
    `There is no package at ${folder}. Name the folder with its package.json.`,
  );
}

function connectorByName(name: string, looked: readonly Looked[]): Promise<ConnectorPackage> {
  for (const { place } of looked) {
    const folder = packageFolder(name, place.search === "project" ? projectOf(place.folder) : place.folder);
    if (folder !== undefined) return readConnectorPackage(folder);
  }
  const folders = looked.map(({ place }) => `${place.folder} (${place.name})`).join(", ");
  const known = knownNames(looked);
  // A misspelt name may be a stranger's package, so it is not to be installed.
  const meant = known.includes(name) ? undefined : known.find((other) => editDistance(name, other) <= MOST_SLIPS);
  const fix = meant === undefined ? `Run: ${installCommand(looked, name)}` : `Did you mean "${meant}"?`;
  throw new SiemError(
    "SIEM_CONNECTOR_LOAD",
    `The connector "${name}" of "connectors" is not installed. Looked from ${folders} upward. ${fix}`,
  );
}

/** Names of packages that "connectors" may mean: dependencies of the deployments, and this project's. */
function knownNames(looked: readonly Looked[]): readonly string[] {
  const dependencies = looked.flatMap(({ deployment }) => deployment?.dependencies.map(({ name }) => name) ?? []);
  return [...dependencies, ...officialPackages()];
}

function collector() {
  const packages: ConnectorPackage[] = [];
  const errors: { error: SiemError; index?: number }[] = [];
  async function attempt<Result>(find: () => Promise<Result>, index?: number): Promise<Result | undefined> {
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof SiemError)) throw error;
      errors.push({ error, ...(index !== undefined && { index }) });
      return undefined;
    }
  }
  return {
    packages,
    errors,
    attempt,
    async add(find: () => Promise<ConnectorPackage | undefined>, index?: number): Promise<void> {
      await attempt(async () => {
        const found = await find();
        if (found !== undefined) addOnce(packages, found);
      }, index);
    },
  };
}

function addOnce(packages: ConnectorPackage[], found: ConnectorPackage): void {
  const first = packages.find(({ type }) => type === found.type);
  if (first === undefined) packages.push(found);
  else if (first.folder !== found.folder) {
    throw new SiemError(
      "SIEM_CONNECTOR_DUPLICATE",
      `Connector type "${found.type}" is provided by both ${nameOf(first)} and ${nameOf(found)}; remove one, or list the one you want under "connectors".`,
    );
  }
}

function nameOf({ name, version, folder }: ConnectorPackage): string {
  return `${name}@${version} (${folder})`;
}

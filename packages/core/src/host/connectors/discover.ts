import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { SiemError } from "../../errors.ts";
import type { ConnectorPackage } from "./connector-package.ts";
import { CONNECTOR_API_VERSION } from "./connector-package.ts";

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string().default("0.0.0"),
  arbitexConnector: z.looseObject({
    apiVersion: z.number(),
    type: z.string().min(1),
    entry: z.string().min(1),
    envPrefix: z.string().min(1).optional(),
  }),
});

const deploymentSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()).optional() });
const anyPackageSchema = z.looseObject({ arbitexConnector: z.unknown().optional() });

export interface FoundConnectors {
  readonly packages: readonly ConnectorPackage[];
  /** What keeps others from being found; with the position in the list that names them, if one does. */
  readonly errors: readonly { readonly error: SiemError; readonly index?: number }[];
}

/** The connectors of a deployment. Throws where one of them is not what it says. */
export async function discoverConnectors(workingFolder: string): Promise<readonly ConnectorPackage[]> {
  const { packages, errors } = await findConnectors(undefined, workingFolder);
  const [first] = errors;
  if (first !== undefined) throw first.error;
  return packages;
}

/**
 * The connectors of an explicit list, package names, or folders that begin with `.` or `/`. Without a list, the direct
 * dependencies of the nearest `package.json` that name themselves as connectors. Their manifests are read, nothing is
 * imported, and one that is no good does not hide the others.
 */
export async function findConnectors(
  listed: readonly string[] | undefined,
  workingFolder: string,
): Promise<FoundConnectors> {
  const packages: ConnectorPackage[] = [];
  const errors: { error: SiemError; index?: number }[] = [];
  const attempt = async (find: () => Promise<ConnectorPackage | undefined>, place: { readonly index?: number }) => {
    try {
      const found = await find();
      if (found !== undefined) addOnce(packages, found);
    } catch (error) {
      if (!(error instanceof SiemError)) throw error;
      errors.push({ error, ...place });
    }
  };
  if (listed !== undefined) {
    for (const [index, name] of listed.entries()) await attempt(() => listedConnector(name, workingFolder), { index });
    return { packages, errors };
  }
  const deployment = nearestPackage(workingFolder);
  if (deployment === undefined) return { packages, errors };
  let names: readonly string[] = [];
  await attempt(async () => {
    names = await dependenciesOf(deployment);
    return undefined;
  }, {});
  for (const name of names) await attempt(() => dependencyConnector(name, deployment), {});
  return { packages, errors };
}

async function dependenciesOf(deployment: string): Promise<readonly string[]> {
  const path = join(deployment, "package.json");
  const parsed = deploymentSchema.safeParse(await readJson(path));
  if (parsed.success) return Object.keys(parsed.data.dependencies ?? {});
  throw new SiemError("SIEM_CONNECTOR_MANIFEST", `${path}: "dependencies" is no map of names and versions.`);
}

/** A dependency that is not installed is its package manager's business, not a connector that is missing here. */
async function dependencyConnector(name: string, deployment: string): Promise<ConnectorPackage | undefined> {
  const folder = packageFolder(name, deployment);
  if (folder === undefined) return undefined;
  const manifest = anyPackageSchema.safeParse(await readJson(join(folder, "package.json")));
  if (!manifest.success || manifest.data.arbitexConnector === undefined) return undefined;
  return readConnectorPackage(folder);
}

async function listedConnector(name: string, workingFolder: string): Promise<ConnectorPackage> {
  const isPath = name.startsWith(".") || name.startsWith("/");
  const folder = isPath ? existing(resolve(workingFolder, name)) : packageFolder(name, workingFolder);
  if (folder !== undefined) return readConnectorPackage(folder);
  const message = isPath
    ? `There is no package at ${resolve(workingFolder, name)}. Name the folder with its package.json.`
    : `The connector "${name}" of "connectors" is not installed in ${workingFolder}. Run: npm install ${name}`;
  throw new SiemError("SIEM_CONNECTOR_LOAD", message);
}

async function readConnectorPackage(folder: string): Promise<ConnectorPackage> {
  const path = join(folder, "package.json");
  const manifest = manifestSchema.safeParse(await readJson(path));
  if (!manifest.success) {
    throw new SiemError(
      "SIEM_CONNECTOR_MANIFEST",
      `${path} is not a connector's manifest: ${z.prettifyError(manifest.error).replaceAll("\n", " ")}`,
    );
  }
  const { name, version, arbitexConnector } = manifest.data;
  const { apiVersion, type, entry, envPrefix } = arbitexConnector;
  if (apiVersion !== CONNECTOR_API_VERSION) {
    const newer = apiVersion > CONNECTOR_API_VERSION ? "Update @arbitex/core, or install an older" : "Install a newer";
    throw new SiemError(
      "SIEM_CONNECTOR_API_VERSION",
      `${name}@${version} (${folder}) is written for connector API ${apiVersion}; this host speaks ${CONNECTOR_API_VERSION}. ${newer} version of ${name}.`,
    );
  }
  return { type, name, version, folder, entry: join(folder, entry), envPrefix };
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

function nearestPackage(folder: string): string | undefined {
  return walkUp(folder, (candidate) => existing(candidate, "package.json"));
}

function packageFolder(name: string, from: string): string | undefined {
  return walkUp(from, (folder) => existing(join(folder, "node_modules", name)));
}

function walkUp(from: string, look: (folder: string) => string | undefined): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = look(folder);
    if (found !== undefined) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

function existing(folder: string, file = "package.json"): string | undefined {
  return existsSync(join(folder, file)) ? folder : undefined;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SiemError("SIEM_CONNECTOR_MANIFEST", `${path} cannot be read as JSON.`, { cause });
  }
}

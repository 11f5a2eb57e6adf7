import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { SiemError } from "../errors.ts";
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

/**
 * The connectors of a deployment: the direct dependencies of the nearest `package.json` that name themselves as
 * connectors. Their manifests are read, nothing is imported.
 */
export async function discoverConnectors(workingFolder: string): Promise<readonly ConnectorPackage[]> {
  const deployment = nearestPackage(workingFolder);
  if (deployment === undefined) return [];
  const { dependencies = {} } = deploymentSchema.parse(await readJson(join(deployment, "package.json")));
  const packages: ConnectorPackage[] = [];
  for (const name of Object.keys(dependencies)) {
    const folder = packageFolder(name, deployment);
    // A dependency that is not installed is its package manager's business, not a connector that is missing here.
    if (folder === undefined) continue;
    const manifest = anyPackageSchema.safeParse(await readJson(join(folder, "package.json")));
    if (manifest.success && manifest.data.arbitexConnector !== undefined)
      packages.push(await readConnectorPackage(folder));
  }
  return withoutDuplicates(packages);
}

/** The connectors of an explicit list: package names, or folders that begin with `.` or `/`. */
export async function listedConnectors(
  names: readonly string[],
  workingFolder: string,
): Promise<readonly ConnectorPackage[]> {
  const packages: ConnectorPackage[] = [];
  for (const name of names) {
    const isPath = name.startsWith(".") || name.startsWith("/");
    const folder = isPath ? existing(resolve(workingFolder, name)) : packageFolder(name, workingFolder);
    if (folder === undefined) {
      throw new SiemError(
        "SIEM_CONNECTOR_LOAD",
        `The connector "${name}" of "connectors" is not installed in ${workingFolder}. Run: npm install ${name}`,
      );
    }
    packages.push(await readConnectorPackage(folder));
  }
  return withoutDuplicates(packages);
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

function withoutDuplicates(packages: readonly ConnectorPackage[]): readonly ConnectorPackage[] {
  const byType = new Map<string, ConnectorPackage>();
  for (const found of packages) {
    const first = byType.get(found.type);
    if (first !== undefined && first.folder !== found.folder) {
      throw new SiemError(
        "SIEM_CONNECTOR_DUPLICATE",
        `Connector type "${found.type}" is provided by both ${nameOf(first)} and ${nameOf(found)}; remove one, or list the one you want under "connectors".`,
      );
    }
    byType.set(found.type, found);
  }
  return [...byType.values()];
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

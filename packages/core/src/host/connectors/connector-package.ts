import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SiemError } from "../../errors.ts";

/** The version of the connector contract this host supports. */
export const CONNECTOR_API_VERSION = 1;

/** An installed connector package. */
export interface ConnectorPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** The package's folder. */
  readonly folder: string;
  /** Path of the module whose default export is the connector. */
  readonly entry: string;
  /** The connector's `envPrefix`, known without importing it. */
  readonly envPrefix?: string | undefined;
}

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

const anyPackageSchema = z.looseObject({ arbitexConnector: z.unknown().optional() });

/** Reads the connector package in a folder; undefined for a package of another kind. */
export async function connectorPackageIn(folder: string): Promise<ConnectorPackage | undefined> {
  const manifest = anyPackageSchema.safeParse(await readJson(join(folder, "package.json")));
  if (!manifest.success || manifest.data.arbitexConnector === undefined) return undefined;
  return readConnectorPackage(folder);
}

export async function readConnectorPackage(folder: string): Promise<ConnectorPackage> {
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
    const newer =
      apiVersion > CONNECTOR_API_VERSION
        ? "Update @arbitex/core and @arbitex/server, or install an older"
        : "Install a newer";
    throw new SiemError(
      "SIEM_CONNECTOR_API_VERSION",
      `${name}@${version} (${folder}) is written for connector API ${apiVersion}; this host speaks ${CONNECTOR_API_VERSION}. ${newer} version of ${name}.`,
    );
  }
  return { type, name, version, folder, entry: join(folder, entry), envPrefix };
}

export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SiemError("SIEM_CONNECTOR_MANIFEST", `${path} cannot be read as JSON.`, { cause });
  }
}

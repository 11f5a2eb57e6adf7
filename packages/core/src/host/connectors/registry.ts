import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { AnyConnector } from "../../connector/connector.ts";
import { SiemError } from "../../errors.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { ConnectorPackage } from "./connector-package.ts";
import { CONNECTOR_API_VERSION } from "./connector-package.ts";
import { nearest } from "./nearest.ts";

/** The connectors that the host found, by type. A connector's module is imported only when it is asked for. */
export interface ConnectorRegistry {
  readonly packages: readonly ConnectorPackage[];
  /** Throws, naming package, version, path and the fix, when the type is unknown or its module is not what it says. */
  load(type: string): Promise<AnyConnector>;
}

/** What to install for a type that nobody provides. */
const OFFICIAL_PACKAGES: Readonly<Record<string, string>> = {
  splunk_hec: "@arbitex/connector-splunk",
  elastic: "@arbitex/connector-elastic",
  sentinel: "@arbitex/connector-sentinel",
  datadog: "@arbitex/connector-datadog",
  sumo_logic: "@arbitex/connector-sumo",
  qradar: "@arbitex/connector-qradar",
  cortex_xsiam: "@arbitex/connector-xsiam",
  otlp_http: "@arbitex/connector-otlp",
  webhook: "@arbitex/connector-webhook",
  syslog: "@arbitex/connector-syslog",
};

export function createConnectorRegistry(packages: readonly ConnectorPackage[]): ConnectorRegistry {
  const loaded = new Map<string, Promise<AnyConnector>>();
  return {
    packages,
    async load(type) {
      const found = packages.find((candidate) => candidate.type === type);
      if (found === undefined) {
        const { message, fix } = unknownType(type, packages);
        throw new SiemError("SIEM_CONNECTOR_UNKNOWN", `${message} ${fix}`);
      }
      let connector = loaded.get(type);
      if (connector === undefined) {
        connector = loadConnector(found);
        loaded.set(type, connector);
      }
      return connector;
    },
  };
}

/** What to say of a type that no installed connector has. */
export function unknownType(
  type: string,
  packages: readonly ConnectorPackage[],
): { readonly message: string; readonly fix: string; readonly near: string | undefined } {
  const known = packages.map((found) => found.type);
  const near = nearest(type, known);
  const message = `No installed connector is of type "${type}".`;
  const official = OFFICIAL_PACKAGES[type];
  if (official !== undefined) return { message, fix: `Run: npm install ${official}`, near: undefined };
  if (near !== undefined) return { message, fix: `Did you mean "${near}"?`, near };
  const others = known.length === 0 ? "No connector is installed here." : `Installed here: ${known.join(", ")}.`;
  const nearOfficial = nearest(type, Object.keys(OFFICIAL_PACKAGES));
  if (nearOfficial === undefined) return { message, fix: others, near };
  const install = `Did you mean "${nearOfficial}"? Then run: npm install ${OFFICIAL_PACKAGES[nearOfficial] ?? ""}`;
  return { message, fix: install, near: nearOfficial };
}

/** A look at a module's default export, enough to call it a connector; its members are trusted from then on. */
const moduleSchema = z.looseObject({ default: z.custom<AnyConnector>(looksLikeConnector) });

const connectorSchema = z.looseObject({
  apiVersion: z.number(),
  type: z.string(),
  configSchema: z.custom((value) => typeof value === "object" && value !== null && "safeParse" in value),
  limits: z.custom((value) => value !== undefined),
  framing: z.union([z.looseObject({ contentType: z.string() }), z.custom((value) => typeof value === "function")]),
  open: z.custom((value) => typeof value === "function"),
});

function looksLikeConnector(value: unknown): boolean {
  return connectorSchema.safeParse(value).success;
}

async function loadConnector({
  name,
  version,
  folder,
  entry,
  type,
  envPrefix,
}: ConnectorPackage): Promise<AnyConnector> {
  const who = `${name}@${version} (${folder})`;
  let module: unknown;
  try {
    module = await import(pathToFileURL(entry).href);
  } catch (cause) {
    throw new SiemError("SIEM_CONNECTOR_LOAD", `${who} cannot be imported: ${describeFailure(cause)}`, { cause });
  }
  const parsed = moduleSchema.safeParse(module);
  if (!parsed.success) {
    throw new SiemError(
      "SIEM_CONNECTOR_LOAD",
      `${who}: the default export of ${entry} is not a connector; make it with defineConnector().`,
    );
  }
  const connector = parsed.data.default;
  const apiVersion: number = connector.apiVersion;
  if (apiVersion !== CONNECTOR_API_VERSION) {
    throw new SiemError(
      "SIEM_CONNECTOR_API_VERSION",
      `${who} exports a connector of API ${apiVersion}; this host speaks ${CONNECTOR_API_VERSION}.`,
    );
  }
  if (connector.type !== type || (envPrefix !== undefined && connector.envPrefix !== envPrefix)) {
    throw new SiemError(
      "SIEM_CONNECTOR_MANIFEST",
      `${who}: package.json says type "${type}", prefix ${envPrefix ?? "unsaid"}; the module says type "${connector.type}", prefix ${connector.envPrefix ?? "none"}. They must agree.`,
    );
  }
  return connector;
}

import type { AnyConnector } from "../../connector/connector.ts";
import { SiemError } from "../../errors.ts";
import type { ConnectorPackage } from "./connector-package.ts";
import { loadConnector } from "./load-connector.ts";
import type { Looked } from "./looked.ts";
import { installCommand, lookedText } from "./looked.ts";
import { nearest } from "./nearest.ts";
import { officialConnector, officialTypes } from "./official-connectors.ts";

/** The connectors that the host found, by type. A connector's module is imported only when it is asked for. */
export interface ConnectorRegistry {
  readonly packages: readonly ConnectorPackage[];
  /** Where they were looked for, for messages that one is missing. */
  readonly looked?: readonly Looked[];
  /** Throws, naming package, version, path and the fix, when the type is unknown or its module is not what it says. */
  load(type: string): Promise<AnyConnector>;
}

export function createConnectorRegistry(
  packages: readonly ConnectorPackage[],
  looked: readonly Looked[] = [],
): ConnectorRegistry {
  const loaded = new Map<string, Promise<AnyConnector>>();
  return {
    packages,
    looked,
    async load(type) {
      const found = packages.find((candidate) => candidate.type === type);
      if (found === undefined) {
        const { message, fix } = unknownType(type, { packages, looked });
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
  { packages, looked = [] }: Pick<ConnectorRegistry, "packages" | "looked">,
): { readonly message: string; readonly fix: string; readonly near: string | undefined } {
  const known = packages.map((found) => found.type);
  const message = `No installed connector is of type "${type}".`;
  const missing = [message, lookedText(looked)].filter((part) => part !== "").join(" ");
  const official = officialConnector(type);
  if (official !== undefined) {
    return { message: missing, fix: `Run: ${installCommand(looked, official.packageName)}`, near: undefined };
  }
  const near = nearest(type, known);
  if (near !== undefined) return { message, fix: `Did you mean "${near}"?`, near };
  const nearOfficial = officialConnector(nearest(type, officialTypes()) ?? "");
  if (nearOfficial === undefined) {
    const others = known.length === 0 ? "No connector is installed here." : `Installed here: ${known.join(", ")}.`;
    return { message: missing, fix: others, near };
  }
  const install = installCommand(looked, nearOfficial.packageName);
  return {
    message: missing,
    fix: `Did you mean "${nearOfficial.type}"? Then run: ${install}`,
    near: nearOfficial.type,
  };
}

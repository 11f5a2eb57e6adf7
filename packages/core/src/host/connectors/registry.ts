import type { AnyConnector } from "../../connector/connector.ts";
import { SiemError } from "../../errors.ts";
import type { ConnectorPackage } from "./connector-package.ts";
import { loadConnector } from "./load-connector.ts";
import type { Looked } from "./looked.ts";
import { lookedText, missingFix } from "./looked.ts";
import { nearest } from "../../nearest.ts";
import { officialConnector, officialTypes } from "./official-connectors.ts";

/** The found connectors by type. A module is imported at its first use. */
export interface ConnectorRegistry {
  readonly packages: readonly ConnectorPackage[];
  /** Searched places, for messages about a missing connector. */
  readonly looked?: readonly Looked[];
  /**
   * Imports the connector of a type. Throws an error with package, version, path and fix if the type is unknown or its
   * module is invalid.
   */
  load(type: string): Promise<AnyConnector>;
}

/** Creates a registry of found connector packages. A module is imported once, at its first use. */
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

/** Builds the error of a type without an installed connector. */
export function unknownType(
  type: string,
  { packages, looked = [] }: Pick<ConnectorRegistry, "packages" | "looked">,
): { readonly message: string; readonly fix: string; readonly near: string | undefined } {
  const known = packages.map((found) => found.type);
  const message = `No installed connector is of type "${type}".`;
  const missing = [message, lookedText(looked)].filter((part) => part !== "").join(" ");
  const official = officialConnector(type);
  if (official !== undefined) {
    return { message: missing, fix: missingFix(looked, official.packageName), near: undefined };
  }
  const near = nearest(type, known);
  if (near !== undefined) return { message, fix: `Did you mean "${near}"?`, near };
  const nearOfficial = officialConnector(nearest(type, officialTypes()) ?? "");
  if (nearOfficial === undefined) {
    const others = known.length === 0 ? "No connector is installed here." : `Installed here: ${known.join(", ")}.`;
    return { message: missing, fix: others, near };
  }
  return {
    message: missing,
    fix: `Did you mean "${nearOfficial.type}"? ${missingFix(looked, nearOfficial.packageName)}`,
    near: nearOfficial.type,
  };
}

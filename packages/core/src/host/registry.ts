import type { AnyConnector } from "../connector/connector.ts";

/** A connector package that is installed in the deployment. */
export interface ConnectorPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** The package's folder. */
  readonly folder: string;
  /** The module that exports the connector. */
  readonly entry: string;
}

/** The connectors that the host found, by type. A connector's module is imported only when it is asked for. */
export interface ConnectorRegistry {
  readonly packages: readonly ConnectorPackage[];
  /** Throws, naming package, version, path and the fix, when the type is unknown or its module is not what it says. */
  load(type: string): Promise<AnyConnector>;
}

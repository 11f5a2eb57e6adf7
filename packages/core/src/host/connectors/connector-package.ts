/** The version of the connector contract that this host speaks. */
export const CONNECTOR_API_VERSION = 1;

/** A connector package that is installed in the deployment. */
export interface ConnectorPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** The package's folder. */
  readonly folder: string;
  /** The module whose default export is the connector. */
  readonly entry: string;
  /** Lets the host see without importing it that the environment names no destination of this type. */
  readonly envPrefix?: string | undefined;
}

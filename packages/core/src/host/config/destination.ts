import type { AnyConnector } from "../../connector/connector.ts";
import type { DeliverySettings, EventFilter } from "../../delivery/delivery-settings.ts";
import type { PipelineStatus } from "../../delivery/pipeline/pipeline-status.ts";
import type { DestinationSource } from "./destination-source.ts";
import type { ConnectorPackage } from "../connectors/connector-package.ts";

/** One configured use of a connector. */
export interface Destination {
  /** Unique in the host; letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  readonly connector: AnyConnector;
  /** What the connector's `configSchema` made of the user's settings. */
  readonly config: unknown;
  /** Null for a global destination, which receives all events. */
  readonly orgId?: string | null;
  /** What is not named is the connector's default, or the general one. */
  readonly delivery?: Partial<DeliverySettings>;
  readonly filter?: EventFilter;
  /** A file of its own for this destination's dead letters. */
  readonly deadLetterPath?: string;
  /** What it was made of, so that a worker can make it too; without it, the host's own thread delivers to it. */
  readonly origin?: DestinationOrigin;
  /** Who configured it. */
  readonly source?: DestinationSource;
}

export interface DestinationOrigin {
  /** The package that was found for its type. */
  readonly connector: ConnectorPackage;
  /** The user's settings as they were before the schema read them. A function, so that what prints a destination tells none. */
  readonly settings: () => Readonly<Record<string, unknown>>;
}

export function originOf(
  connector: ConnectorPackage | undefined,
  settings: Readonly<Record<string, unknown>>,
): Pick<Destination, "origin"> {
  return connector === undefined ? {} : { origin: { connector, settings: () => settings } };
}

export interface DestinationStatus extends PipelineStatus {
  readonly id: string;
  readonly type: string;
  readonly orgId: string | null;
  readonly guarantee: "indexed" | "accepted" | "written";
  /** Of the oldest attempt that is under way; 0 when there is none. */
  readonly attemptAgeMs: number;
}

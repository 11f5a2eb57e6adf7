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
  /** Output of the connector's `configSchema`. */
  readonly config: unknown;
  /** The owner's organisation. Null, the default, for a global destination, which receives all events. */
  readonly orgId?: string | null;
  /** Absent settings take the connector's default, or the general one. */
  readonly delivery?: Partial<DeliverySettings>;
  readonly filter?: EventFilter;
  /** Path of the file for this destination's dead letters. Default: a file in the host's folder. */
  readonly deadLetterPath?: string;
  /**
   * The input it was parsed from, so that a worker can open it too. Without it, the host's own thread delivers to it.
   */
  readonly origin?: DestinationOrigin;
  /** Where its configuration comes from. */
  readonly source?: DestinationSource;
}

/** Input from which a destination was parsed. */
export interface DestinationOrigin {
  /** The package of its type. */
  readonly connector: ConnectorPackage;
  /** Returns the user's settings before parsing. A function, so that printing a destination shows no secret. */
  readonly settings: () => Readonly<Record<string, unknown>>;
}

export function originOf(
  connector: ConnectorPackage | undefined,
  settings: Readonly<Record<string, unknown>>,
): Pick<Destination, "origin"> {
  return connector === undefined ? {} : { origin: { connector, settings: () => settings } };
}

/** Status of a destination. */
export interface DestinationStatus extends PipelineStatus {
  readonly id: string;
  readonly type: string;
  readonly orgId: string | null;
  readonly guarantee: "indexed" | "accepted" | "written";
  /** Age of the oldest attempt under way, in milliseconds; 0 if there is none. */
  readonly attemptAgeMs: number;
}

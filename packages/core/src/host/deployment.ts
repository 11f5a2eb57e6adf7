import type { Secret } from "../connector/secret.ts";
import type { DoorLimits } from "../delivery/accept-event.ts";
import type { Destination } from "./destination.ts";
import type { ConfigProblem } from "./problem.ts";
import type { ConnectorRegistry } from "./registry.ts";

/** Everything that the environment and the configuration file say, checked. */
export interface Deployment {
  readonly destinations: readonly Destination[];
  readonly registry: ConnectorRegistry;
  readonly settings: HostSettings;
  /** The file that was read, if any. */
  readonly configPath: string | undefined;
  /** Odd, but nothing is lost by it: shown to the operator, never fatal. */
  readonly warnings: readonly ConfigProblem[];
}

export interface HostSettings {
  readonly listenHost: string;
  readonly listenPort: number;
  readonly ingestToken: Secret | undefined;
  /** A folder, or a `.jsonl` file for all destinations. */
  readonly deadLetterPath: string;
  readonly logLevel: string;
  readonly doorLimits: DoorLimits;
  /** Of one request's body, unpacked. */
  readonly maxBodyBytes: number;
  /** Bound of all queues together; undefined for the host's own. */
  readonly maxQueuedBytes: number | undefined;
}

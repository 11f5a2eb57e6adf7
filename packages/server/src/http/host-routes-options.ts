import type { DestinationView } from "../cluster/destination-view.ts";
import type { Activity } from "../activity/activity.ts";
import type { Host, IntakeLimits, PublishedKey } from "@arbitex/core/host";

/** The part of a host that its routes call. */
type RoutedHost = Pick<
  Host,
  "publishBytes" | "publishAuditRecordBytes" | "status" | "waitingDeadLetters" | "queueTrouble" | "checkpointsOf"
>;

export interface IntakeOptions {
  readonly intakeLimits: IntakeLimits;
  /** Most bytes of a request's body. */
  readonly maxBodyBytes: number;
  /** Called with internal errors, which the client does not see. */
  readonly onFailure?: (error: Error) => void;
  /** Counts events refused before they reached the host, by code. */
  readonly unreadable: Map<string, number>;
}

export interface HostRoutesOptions extends IntakeOptions {
  readonly host: RoutedHost;
  /** How destinations are shown. Default: as this server has them. */
  readonly view?: DestinationView;
  /** Whether `/metrics` labels destinations with their organisation. Default false. */
  readonly orgLabel?: boolean;
  /** The recent past of destinations; without it no silence is noticed. */
  readonly activity?: Pick<Activity, "silenceOf"> | undefined;
  readonly isStopping: () => boolean;
  /** Returns the public keys that verify checkpoints. Default: none. */
  readonly signingKeys?: () => Promise<readonly PublishedKey[]>;
}

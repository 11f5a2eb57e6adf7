import type { Host, IntakeLimits } from "@arbitex/core/host";

/** What of a host its routes speak to. */
type RoutedHost = Pick<
  Host,
  "publishTexts" | "publishAuditRecordTexts" | "status" | "waitingDeadLetters" | "queueTrouble"
>;

export interface IntakeOptions {
  readonly intakeLimits: IntakeLimits;
  /** Bytes of a request's body. */
  readonly maxBodyBytes: number;
  /** An answer could not be given; told to the logs, never to the client. */
  readonly onFailure?: (error: Error) => void;
  /** Counts events that were refused before the host saw them, by code. */
  readonly unreadable: Map<string, number>;
}

export interface HostRoutesOptions extends IntakeOptions {
  readonly host: RoutedHost;
  /** Whether `/metrics` labels destinations with their organisation. Default false. */
  readonly orgLabel?: boolean;
  readonly isStopping: () => boolean;
}

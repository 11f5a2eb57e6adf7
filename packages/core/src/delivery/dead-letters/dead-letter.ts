import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Stage } from "./stage.ts";

/** An event that left the happy path, with all that is known about why. */
export interface DeadLetter {
  readonly record: AcceptedEvent;
  readonly destinationId: string;
  readonly type: string;
  readonly stage: Stage;
  readonly reason: string;
  /** How often it was sent; 0 when it never was. */
  readonly attempts: number;
  /** The SIEM may have stored it: an attempt ended without an answer after the body was sent. */
  readonly ambiguous: boolean;
  /** Milliseconds since the epoch; undefined when it was never sent. */
  readonly firstAttemptAt: number | undefined;
}

/** Where dead letters go. */
export interface DeadLetters {
  /** Resolves once they are safe on disk. On a throw the events are not settled and stay where they are. */
  append(deadLetters: readonly DeadLetter[]): Promise<void>;
  close(): Promise<void>;
}

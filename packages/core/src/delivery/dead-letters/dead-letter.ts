import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Stage } from "./stage.ts";

/** An event that could not be delivered, with everything known about why. */
export interface DeadLetter {
  readonly record: AcceptedEvent;
  readonly destinationId: string;
  readonly type: string;
  readonly stage: Stage;
  readonly reason: string;
  /** Number of attempts; 0 if it was never sent. */
  readonly attempts: number;
  /** Whether the SIEM may have stored it: an attempt ended without an answer after the body was sent. */
  readonly ambiguous: boolean;
  /** Time of the first attempt, in milliseconds since the epoch; undefined if it was never sent. */
  readonly firstAttemptAt: number | undefined;
}

/** A destination of dead letters. */
export interface DeadLetters {
  /** Resolves once they are safe on disk. If it throws, their events are not settled and stay queued. */
  append(deadLetters: readonly DeadLetter[]): Promise<void>;
  close(): Promise<void>;
}

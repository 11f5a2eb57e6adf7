import type { DeadLetters } from "./dead-letter.ts";
import type { OwnedDeadLetters } from "./owned-dead-letters.ts";
import type { WaitingDeadLetters } from "./waiting-dead-letters.ts";

/** One store for the dead letters of all destinations, instead of files: several hosts may share it. */
export interface DeadLetterStore extends WaitingDeadLetters {
  /** Takes the dead letters of every destination. The host never closes it. */
  readonly deadLetters: Pick<DeadLetters, "append">;
  /** Returns the size of each destination's dead letters, configured or not. Those without an organisation are left out. */
  owned(): Promise<readonly OwnedDeadLetters[]>;
}

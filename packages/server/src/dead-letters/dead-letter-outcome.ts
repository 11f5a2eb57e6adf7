import type { StoredLetter } from "@arbitex/core/host";

/** What happened to a dead letter's event, as commands and the API tell it. */
export function letterOutcome(letter: Omit<StoredLetter, "event">) {
  return {
    event_id: letter.eventId,
    stage: letter.stage,
    reason: letter.reason,
    attempts: letter.attempts,
    ambiguous: letter.ambiguous,
    first_attempt_at: letter.firstAttemptAt,
    dead_lettered_at: letter.deadLetteredAt,
  };
}

import type { StoredDeadLetter } from "@arbitex/core/host";

/** What happened to a dead letter's event, for commands and the API. */
export function deadLetterOutcome(deadLetter: Omit<StoredDeadLetter, "event">) {
  return {
    event_id: deadLetter.eventId,
    stage: deadLetter.stage,
    reason: deadLetter.reason,
    attempts: deadLetter.attempts,
    ambiguous: deadLetter.ambiguous,
    first_attempt_at: deadLetter.firstAttemptAt,
    dead_lettered_at: deadLetter.deadLetteredAt,
  };
}

import type { DeadLetter } from "./dead-letter.ts";

/** Writes a dead letter as one line of JSON. The event is last, byte for byte as accepted. */
export function deadLetterLine(deadLetter: DeadLetter, id: string, now: number): string {
  const { record, firstAttemptAt } = deadLetter;
  const head = JSON.stringify({
    id,
    destination: deadLetter.destinationId,
    type: deadLetter.type,
    org_id: record.orgId,
    event_id: record.id,
    stage: deadLetter.stage,
    reason: deadLetter.reason,
    attempts: deadLetter.attempts,
    ambiguous: deadLetter.ambiguous,
    first_attempt_at: firstAttemptAt === undefined ? null : new Date(firstAttemptAt).toISOString(),
    dead_lettered_at: new Date(now).toISOString(),
  });
  return `${head.slice(0, -1)},"event":${record.json}}\n`;
}

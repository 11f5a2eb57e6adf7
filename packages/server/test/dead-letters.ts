import { appendFile } from "node:fs/promises";
import { join } from "node:path";

export interface TestDeadLetter {
  readonly id: string;
  readonly destination: string;
  readonly orgId: string | null;
  readonly stage?: string;
  readonly reason?: string;
  readonly at?: string;
  /** Of the event; now unless told. */
  readonly time?: number;
}

/** Appends dead letters to a file as a host would have. */
export async function writeDeadLetters(
  folder: string,
  file: string,
  deadLetters: readonly TestDeadLetter[],
): Promise<void> {
  const lines = deadLetters.map(
    ({ id, destination, orgId, stage = "send", reason = "503", at = AT, time = Date.now() }) => {
      const event = { class_uid: 6003, time, severity_id: 1, metadata: { uid: `event-${id}`, tenant_uid: orgId } };
      return `${JSON.stringify({
        id,
        destination,
        type: "acme",
        org_id: orgId,
        event_id: `event-${id}`,
        stage,
        reason,
        attempts: 4,
        ambiguous: false,
        first_attempt_at: null,
        dead_lettered_at: at,
        event,
      })}\n`;
    },
  );
  await appendFile(join(folder, file), lines.join(""));
}

const AT = "2026-11-25T10:00:00.000Z";

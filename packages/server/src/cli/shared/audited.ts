import { hostname, userInfo } from "node:os";
import type { EntityManagement } from "@arbitex/core/ocsf";
import { systemClock } from "@arbitex/core/host";
import type { Actor } from "../../api/audit-facts.ts";
import { createAuditOutbox } from "../../database/audit-outbox.ts";
import type { Database } from "../../database/database.ts";

export interface Audited<Result> {
  readonly result: Result;
  /** Undefined when nothing was changed. */
  readonly event: EntityManagement | undefined;
}

/** Makes a change, and stores its audit event with it: both or neither. A server publishes the event. */
export function audited<Result>(
  database: Database,
  change: (database: Database) => Promise<Audited<Result>>,
): Promise<Result> {
  return database.query.transaction().execute(async (query) => {
    const { result, event } = await change({ ...database, query });
    if (event !== undefined) await createAuditOutbox({ database: { query }, clock: systemClock }).add(event);
    return result;
  });
}

/** Who makes changes at the command line: the system's user on this machine. */
export function commandLineActor(): Actor {
  return { caller: { name: `the command line (${systemUser()}@${hostname()})`, scopes: [] }, address: undefined };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, a user may have a number alone.
    return String(process.getuid?.() ?? "unknown");
  }
}

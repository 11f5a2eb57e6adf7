import type { Clock, DeadLetterStore, WaitingCounts } from "@arbitex/core/host";
import type { Logger } from "@arbitex/core";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import { messageOf } from "../../message-of.ts";
import { createTableWriter } from "./write-dead-letters.ts";

export interface TableStore extends DeadLetterStore {
  close(): void;
}

export interface TableStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long dead letters are kept; undefined for ever. */
  readonly retentionMs: number | undefined;
}

const REMOVE_EACH_MS = 600_000;
const REMOVED_AT_ONCE = 2000;

/** The dead letters of all servers that share a database. They stay as readable as in files: the event is plain text. */
export function createTableStore({ database, clock, logger, retentionMs }: TableStoreOptions): TableStore {
  const { query } = database;
  const closing = new AbortController();
  let known: WaitingCounts = new Map();
  let counting: Promise<WaitingCounts> | undefined;
  let cancel = retentionMs === undefined ? () => undefined : clock.after(0, remove);

  async function removeOlder(before: number): Promise<void> {
    for (let removed = REMOVED_AT_ONCE; removed >= REMOVED_AT_ONCE && !closing.signal.aborted; ) {
      const { numAffectedRows } = await sql`
        delete from siem_dead_letters where seq in (
          select seq from siem_dead_letters where dead_lettered_at < ${new Date(before).toISOString()}::timestamptz
          order by dead_lettered_at limit ${REMOVED_AT_ONCE} for update skip locked)`.execute(query);
      removed = Number(numAffectedRows ?? 0);
    }
  }

  function remove(): void {
    if (retentionMs === undefined) return;
    removeOlder(clock.now() - retentionMs)
      .catch((error: unknown) => logger.warn({ reason: messageOf(error) }, "old dead letters cannot be removed"))
      .finally(() => {
        if (!closing.signal.aborted) cancel = clock.after(REMOVE_EACH_MS, remove);
      });
  }

  return {
    deadLetters: createTableWriter(database, clock),
    // Metrics and states of destinations are shown while the database is away too, with the last counts.
    counts() {
      counting ??= waitingIn(database)
        .then((counts) => (known = counts))
        .catch((error: unknown) => {
          logger.warn({ reason: messageOf(error) }, "waiting dead letters cannot be counted");
          return known;
        })
        .finally(() => {
          counting = undefined;
        });
      return counting;
    },
    async owned() {
      const { rows } = await sql<{ destination_id: string; org_id: string; bytes: string }>`
        select destination_id, org_id, sum(bytes) as bytes from siem_dead_letter_counts
        where org_id <> '' group by destination_id, org_id having sum(bytes) > 0`.execute(query);
      return rows.map(({ destination_id, org_id, bytes }) => {
        return { destinationId: destination_id, orgId: org_id, bytes: Number(bytes) };
      });
    },
    close() {
      closing.abort();
      cancel();
    },
  };
}

/** Counts waiting dead letters by destination and stage. */
export async function waitingIn({ query }: Pick<Database, "query">): Promise<WaitingCounts> {
  const { rows } = await sql<{ destination_id: string; stages: Record<string, number> }>`
    select destination_id, jsonb_object_agg(stage, waiting) as stages from (
      select destination_id, stage, sum(waiting)::bigint as waiting from siem_dead_letter_counts
      group by destination_id, stage having sum(waiting) > 0
    ) as summed group by destination_id`.execute(query);
  return new Map(rows.map(({ destination_id, stages }) => [destination_id, stages]));
}

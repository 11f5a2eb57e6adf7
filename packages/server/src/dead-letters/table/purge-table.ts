import { sql } from "kysely";
import type { Meant, Purge } from "../purge-path.ts";
import type { LeaseOptions } from "./replay-lease.ts";
import { takeReplayLease } from "./replay-lease.ts";
import { matches, TABLE } from "./select-dead-letters.ts";

/** A statement must end within seconds. */
const AT_ONCE = 2000;

/** Deletes the matching rows. Throws `SIEM_REPLAY_LOCKED` while their destination's dead letters are being replayed. */
export async function purgeTable(
  { filter, onlyReplayed, isDryRun }: Meant,
  destinationId: string | undefined,
  options: LeaseOptions,
): Promise<readonly Purge[]> {
  const { query } = options.database;
  const destination = destinationId ?? filter.destination;
  const owners = destination === undefined ? await ownersIn(options) : [destination];
  const which = (id: string) =>
    sql`${matches({ ...filter, destination: id })} ${onlyReplayed ? sql`and outcome is not null` : sql``}`;
  const purges: Purge[] = [];
  for (const id of owners) {
    const place = { path: `${TABLE}: ${id}`, removedFiles: [] };
    if (isDryRun) {
      const { rows } = await sql<{ count: string }>`
        select count(*) as count from siem_dead_letters where ${which(id)}`.execute(query);
      purges.push({ ...place, purged: Number(rows[0]?.count ?? 0) });
      continue;
    }
    const lease = await takeReplayLease(id, options);
    try {
      let purged = 0;
      for (let removed = AT_ONCE; removed >= AT_ONCE; purged += removed) {
        // The change locks the lease, so that it cannot be renewed meanwhile.
        if (!lease.isFresh()) await lease.confirm();
        const { numAffectedRows } = await lease.change((transaction) =>
          sql`
            delete from siem_dead_letters where seq in (
              select seq from siem_dead_letters where ${which(id)} order by seq limit ${AT_ONCE} for update)`.execute(
            transaction,
          ),
        );
        removed = Number(numAffectedRows ?? 0);
      }
      purges.push({ ...place, purged });
    } finally {
      await lease.release();
    }
  }
  return purges;
}

async function ownersIn({ database: { query } }: LeaseOptions): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct destination_id as id from siem_dead_letter_counts order by 1`.execute(query);
  return rows.map(({ id }) => id);
}

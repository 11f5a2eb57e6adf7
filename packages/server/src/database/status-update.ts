import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { storableJson } from "./storable.ts";
import type { StoredStatus } from "./siem-config-status.ts";

/**
 * Writes the states of destinations in one statement, which returns the ids of the written rows.
 *
 * - Rows that another session has locked are skipped, so that one organisation's rows do not delay the others.
 * - Rows are locked in one order, so that two servers never deadlock.
 * - Each row looks its state up by id. A join with ten thousand rows of unknown count takes PostgreSQL minutes.
 * - The time of the last delivery stays when a server that has just started does not know it yet.
 * - Values are cast to the row's own types, since a platform may have created its columns.
 */
export function statusUpdate(
  statuses: readonly (readonly [id: string, status: StoredStatus])[],
  serverId: string,
): RawBuilder<{ id: string }> {
  const ids = statuses.map(([id]) => id);
  const byId = Object.fromEntries(statuses.map(([id, status]) => [id, entryOf(status)]));
  return sql<{ id: string }>`
    update siem_configs as row set
      delivery_status = said.delivery_status,
      last_delivery_at = greatest(row.last_delivery_at, said.last_delivery_at),
      last_error = said.last_error,
      fix = said.fix,
      error_since = said.error_since,
      counts_by_server = ${countsByServer(serverId)},
      counts = ${totalOf(countsByServer(serverId))}
    from (
      select id as locked_id, ${storableJson(byId)}::jsonb -> lower(id::text) as entry
      from siem_configs where id = any(${ids}) order by id for update skip locked
    ) as locked, lateral jsonb_populate_record(null::siem_configs, locked.entry -> 'said') as said
    where row.id = locked_id
    returning row.id`;
}

/** Adds the counts of a server that no longer exists, and whose queue is empty, to the shared counts. */
export function countsHandedOver(serverId: string): RawBuilder<unknown> {
  return sql`
    update siem_configs set counts_by_server = (counts_by_server - ${serverId}::text) || jsonb_build_object(
      'before', ${totalOf(sql`(select jsonb_object_agg(key, value) from jsonb_each(counts_by_server)
        where key in ('before', ${serverId}::text))`)})
    where id in (
      select id from siem_configs where counts_by_server ? ${serverId}::text order by id for update skip locked)`;
}

function entryOf({ deliveryStatus, lastDeliveryAt, lastError, fix, errorSince, counts }: StoredStatus) {
  return {
    said: {
      delivery_status: deliveryStatus,
      last_delivery_at: lastDeliveryAt,
      last_error: lastError,
      fix,
      error_since: errorSince,
    },
    ...(counts !== null && { counts }),
  };
}

function countsByServer(serverId: string): RawBuilder<unknown> {
  return sql`case when entry ? 'counts'
    then row.counts_by_server || jsonb_build_object(${serverId}::text, entry -> 'counts') else row.counts_by_server end`;
}

function totalOf(byServer: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select jsonb_object_agg(key, total) from (
      select one.key, sum(one.value::numeric) as total
      from jsonb_each(${byServer}) as server, lateral jsonb_each_text(server.value) as one group by one.key
    ) as sums)`;
}

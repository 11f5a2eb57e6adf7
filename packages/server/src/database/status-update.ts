import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { storableJson } from "./storable.ts";
import type { StoredStatus } from "./siem-config-status.ts";

/**
 * Writes how destinations are doing, all in one statement, which returns the ids of the rows that it wrote. Rows that
 * somebody else has locked are passed over: one organisation's must not keep the others waiting. Those that are locked
 * here are in one order, so that two servers never wait for each other. Each finds its status by its id: a join of ten
 * thousand rows whose number PostgreSQL cannot guess takes minutes. What a server that has just begun does not know yet,
 * when events were last delivered, stays. The row's own types are asked for, since a platform may have made its columns.
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

/** Adds what a server counted that is no more, and whose queue is empty, to what was counted before. */
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

import { sql } from "kysely";
import { isUuid } from "../database/uuid.ts";
import { watchRows } from "../database/watch-rows.ts";
import { configOf } from "./config-row.ts";
import type { ConfigStore } from "./config-store.ts";
import type { ConfigStoreParts } from "./org-configs.ts";
import { createOrgConfigs } from "./org-configs.ts";
import type { StoredStatus } from "./siem-config.ts";

/** The configurations in the table `siem_configs`. */
export function createSqlConfigStore(parts: ConfigStoreParts): ConfigStore {
  const { database, seal, clock } = parts;
  const { query } = database;
  return {
    forOrg: (orgId) => createOrgConfigs(orgId, parts),
    async versions() {
      const rows = await query.selectFrom("siem_configs").select(["id", "version"]).execute();
      return new Map(rows.map(({ id, version }) => [id, version]));
    },
    async read(ids) {
      const asked = ids.filter(isUuid);
      if (asked.length === 0) return [];
      const rows = await query
        .selectFrom("siem_configs")
        .selectAll()
        .where("id", "=", sql<string>`any(${asked})`)
        .execute();
      return rows.map((row) => configOf(row, seal));
    },
    watch: (onChange, signal) => watchRows({ database, channel: "siem_configs", clock }, onChange, signal),
    async writeStatuses(statuses) {
      const written = [...statuses].filter(([id]) => isUuid(id)).map(([id, status]) => statusJson(id, status));
      if (written.length === 0) return;
      const ids = written.map(({ id }) => id);
      // Rows are locked in one order, so that two servers never wait for each other. What a server that has just begun
      // does not know yet, when events were last delivered, stays.
      await sql`
        with written as (
          select * from jsonb_to_recordset(${JSON.stringify(written)}::jsonb) as status(
            id text, delivery_status text, last_delivery_at timestamptz, last_error text, fix text,
            error_since timestamptz, counts jsonb)
        ), locked as (
          select id from siem_configs where id = any(${ids}) order by id for update
        )
        update siem_configs set
          delivery_status = written.delivery_status,
          last_delivery_at = greatest(siem_configs.last_delivery_at, written.last_delivery_at),
          last_error = written.last_error,
          fix = written.fix,
          error_since = written.error_since,
          counts = written.counts
        from written, locked
        where siem_configs.id = locked.id and locked.id::text = written.id
      `.execute(query);
    },
  };
}

function statusJson(id: string, status: StoredStatus) {
  return {
    id: id.toLowerCase(),
    delivery_status: status.deliveryStatus,
    last_delivery_at: status.lastDeliveryAt,
    last_error: status.lastError,
    fix: status.fix,
    error_since: status.errorSince,
    counts: status.counts,
  };
}

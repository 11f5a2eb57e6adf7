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
      const written = [...statuses]
        .filter(([id]) => isUuid(id))
        .map(([id, status]) => [id.toLowerCase(), status] as const);
      if (written.length === 0) return;
      const ids = written.map(([id]) => id);
      const byId = Object.fromEntries(written.map(([id, status]) => [id, statusJson(status)]));
      // Rows are locked in one order, so that two servers never wait for each other. Each finds its status by its id:
      // a join of ten thousand rows whose number PostgreSQL cannot guess takes minutes. What a server that has just
      // begun does not know yet, when events were last delivered, stays.
      await sql`
        update siem_configs set
          delivery_status = status->>'delivery_status',
          last_delivery_at = greatest(last_delivery_at, (status->>'last_delivery_at')::timestamptz),
          last_error = status->>'last_error',
          fix = status->>'fix',
          error_since = (status->>'error_since')::timestamptz,
          counts = nullif(status->'counts', 'null')
        from (
          select id as locked_id, ${JSON.stringify(byId)}::jsonb -> lower(id::text) as status
          from siem_configs where id = any(${ids}) order by id for update
        ) as locked
        where id = locked_id
      `.execute(query);
    },
  };
}

function statusJson(status: StoredStatus) {
  return {
    delivery_status: status.deliveryStatus,
    last_delivery_at: status.lastDeliveryAt,
    last_error: status.lastError,
    fix: status.fix,
    error_since: status.errorSince,
    counts: status.counts,
  };
}

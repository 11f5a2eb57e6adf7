import { sql } from "kysely";
import { isUuid } from "../../database/uuid.ts";
import { watchRows } from "../../database/watch-rows.ts";
import { outlineColumns, outlineOf } from "./config-outline.ts";
import { configOf } from "./config-row.ts";
import type { ConfigStore } from "./config-store.ts";
import type { ConfigStoreParts } from "./org-configs.ts";
import { createOrgConfigs } from "./org-configs.ts";
import { countsHandedOver, statusUpdate } from "../../database/status-update.ts";

/** Configurations in the table `siem_configs`. */
export function createSqlConfigStore(parts: ConfigStoreParts): ConfigStore {
  const { database, cipher, clock, serverId = "server" } = parts;
  const { query } = database;
  return {
    forOrg: (orgId) => createOrgConfigs(orgId, parts),
    async versions() {
      const rows = await query.selectFrom("siem_configs").select(["id", "version"]).execute();
      return new Map(rows.map(({ id, version }) => [id, version]));
    },
    async outlines() {
      const rows = await query.selectFrom("siem_configs").select(outlineColumns).execute();
      return rows.map(outlineOf);
    },
    async read(ids) {
      const asked = ids.filter(isUuid);
      if (asked.length === 0) return [];
      const rows = await query
        .selectFrom("siem_configs")
        .selectAll()
        .where("id", "=", sql<string>`any(${asked})`)
        .execute();
      return rows.map((row) => configOf(row, cipher, serverId));
    },
    watch: (onChange, signal) => watchRows({ database, channel: "siem_configs", clock }, onChange, signal),
    async writeStatuses(statuses) {
      const written = [...statuses]
        .filter(([id]) => isUuid(id))
        .map(([id, status]) => [id.toLowerCase(), status] as const);
      if (written.length === 0) return new Set();
      const { rows } = await statusUpdate(written, serverId).execute(query);
      return new Set(rows.map(({ id }) => id));
    },
    async handOverCounts() {
      await countsHandedOver(serverId).execute(query);
    },
  };
}

import type { Selectable } from "kysely";
import { z } from "zod";
import type { SiemConfigsTable } from "../../database/schema.ts";
import type { Place, SettingsCipher } from "../secrets/encrypted-settings.ts";
import type { StoredCounts, StoredStatus } from "../../database/siem-config-status.ts";
import type { Settings, SiemConfig } from "./siem-config.ts";
import { sumOfCounts } from "../../database/siem-config-status.ts";

export type ConfigRow = Selectable<SiemConfigsTable>;

/** Converts a row to a configuration. A platform may have written it, so only the documented columns are relied on. */
export function configOf(row: ConfigRow, cipher: SettingsCipher, serverId: string): SiemConfig {
  const decrypted = cipher.decrypt(row.config, placeOf(row));
  const byServer = countsByServer.parse(row.counts_by_server);
  const elsewhere = Object.entries(byServer).flatMap(([id, own]) => (id === serverId ? [] : [own]));
  return {
    id: row.id,
    orgId: row.org_id,
    connectorType: row.connector_type,
    name: row.name,
    isEnabled: row.is_enabled,
    settings: decrypted.kind === "settings" ? decrypted.settings : { unreadable: decrypted.reason },
    delivery: settingsIn(row.delivery),
    filter: settingsIn(row.filter),
    secretChanges: secretChanges.parse(row.secret_changes),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    status: statusOf(row, byServer[serverId] ?? null),
    countsElsewhere: elsewhere.length === 0 ? null : sumOfCounts(elsewhere),
  };
}

export function placeOf({ id, org_id, connector_type }: Pick<ConfigRow, "id" | "org_id" | "connector_type">): Place {
  return { id, orgId: org_id, type: connector_type };
}

function statusOf(row: ConfigRow, counts: StoredCounts | null): StoredStatus {
  return {
    deliveryStatus: health.parse(row.delivery_status),
    lastDeliveryAt: row.last_delivery_at,
    lastError: row.last_error,
    fix: row.fix,
    errorSince: row.error_since,
    counts,
  };
}

function settingsIn(value: unknown): Settings {
  return settings.parse(value);
}

const settings = z.record(z.string(), z.unknown()).catch({});
const secretChanges = z.record(z.string(), z.string()).catch({});
const health = z.enum(["pending", "healthy", "degraded", "failed"]).catch("pending");
const counts = z.object({
  accepted: z.number(),
  delivered: z.number(),
  filtered: z.number(),
  dead_lettered: z.number(),
  queued: z.number(),
});
const countsByServer = z.record(z.string(), counts).catch({});

import { randomUUID } from "node:crypto";
import type { Clock } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import type { Kysely, Transaction, Updateable } from "kysely";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import type { SiemConfigsTable, Tables } from "../../database/schema.ts";
import { storableJson, storableText } from "../../database/storable.ts";
import { isUuid } from "../../database/uuid.ts";
import type { SettingsCipher } from "../secrets/encrypted-settings.ts";
import type { ConfigRow } from "./config-row.ts";
import { configOf, placeOf } from "./config-row.ts";
import type { Changed, OrgConfigs } from "./config-store.ts";
import type { SiemConfigInput } from "./siem-config.ts";

export interface ConfigStoreParts {
  readonly database: Database;
  readonly cipher: SettingsCipher;
  readonly clock: Clock;
  /** Names this server's counts; stable over restarts. */
  readonly serverId?: string;
}

/** A status update holds its lock for milliseconds, a change by the platform for longer. */
const LOCK_WAITS_MS = [50, 150, 400, 900];

/** The rows of one organisation. Every statement names the organisation, and row-level security applies as well. */
export function createOrgConfigs(
  orgId: string,
  { database, cipher, clock, serverId = "server" }: ConfigStoreParts,
): OrgConfigs {
  if (!isUuid(orgId)) throw new SiemError("SIEM_ORG_ID", `"${orgId}" is no organisation: expected its UUID.`);
  const org = orgId.toLowerCase();

  function inOrg<Result>(act: (db: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return database.query.transaction().execute(async (db) => {
      await sql`select set_config('siem.org_id', ${org}, true), set_config('siem.writer', 'server', true)`.execute(db);
      return act(db);
    });
  }

  const ofOrg = (db: Kysely<Tables>) => db.selectFrom("siem_configs").selectAll().where("org_id", "=", org);

  const read = (row: ConfigRow) => configOf(row, cipher, serverId);

  type Act = (db: Transaction<Tables>, row: ConfigRow) => Promise<ConfigRow>;

  /** Locks the row as it was read until the change is done. */
  function changeOnce(id: string, version: number | undefined, act: Act): Promise<Changed> {
    return inOrg(async (db) => {
      if (!isUuid(id)) return { kind: "missing" };
      const one = ofOrg(db).where("id", "=", id);
      const row = await one.forUpdate().skipLocked().executeTakeFirst();
      if (row === undefined) return { kind: (await one.executeTakeFirst()) === undefined ? "missing" : "locked" };
      if (version !== undefined && row.version !== version) return { kind: "conflict", version: row.version };
      return { kind: "done", config: read(await act(db, row)) };
    });
  }

  /** Retries a locked row for a moment. It holds no connection meanwhile, because others need it. */
  async function change(id: string, version: number | undefined, act: Act): Promise<Changed> {
    for (const waitMs of LOCK_WAITS_MS) {
      const changed = await changeOnce(id, version, act);
      if (changed.kind !== "locked") return changed;
      await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    }
    return changeOnce(id, version, act);
  }

  return {
    list: () =>
      inOrg(async (db) => {
        const rows = await ofOrg(db).orderBy("created_at", "desc").orderBy("id", "desc").execute();
        return rows.map(read);
      }),
    get: (id) =>
      inOrg(async (db) => {
        const row = isUuid(id) ? await ofOrg(db).where("id", "=", id).executeTakeFirst() : undefined;
        return row === undefined ? undefined : read(row);
      }),
    create: (input) =>
      inOrg(async (db) => {
        const place = { id: randomUUID(), orgId: org, type: input.connectorType };
        const at = new Date(clock.now()).toISOString();
        const row = await db
          .insertInto("siem_configs")
          .values({
            id: place.id,
            org_id: org,
            connector_type: input.connectorType,
            name: input.name === null ? null : storableText(input.name),
            is_enabled: input.isEnabled,
            config: cipher.encrypt(input.settings, place),
            key_id: cipher.keyId,
            delivery: storableJson(input.delivery),
            filter: storableJson(input.filter),
            secret_changes: storableJson(input.secretChanges),
            delivery_status: "pending",
            created_at: at,
            updated_at: at,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return read(row);
      }),
    update: (id, changes, version) =>
      change(id, version, (db, row) =>
        db
          .updateTable("siem_configs")
          .set({ ...columnsOf(row, changes), ...reencrypted(row, changes, cipher) })
          .where("id", "=", row.id)
          .where("org_id", "=", org)
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),
    remove: (id, version) =>
      change(id, version, (db, row) =>
        db
          .deleteFrom("siem_configs")
          .where("id", "=", row.id)
          .where("org_id", "=", org)
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),
  };
}

/** The values of the columns that users set. */
function columnsOf(row: ConfigRow, changes: Partial<SiemConfigInput>): Updateable<SiemConfigsTable> {
  const { connectorType = row.connector_type, name = row.name, isEnabled = row.is_enabled } = changes;
  const { delivery, filter, secretChanges } = changes;
  return {
    connector_type: connectorType,
    name: name === null ? null : storableText(name),
    is_enabled: isEnabled,
    ...(delivery !== undefined && { delivery: storableJson(delivery) }),
    ...(filter !== undefined && { filter: storableJson(filter) }),
    ...(secretChanges !== undefined && { secret_changes: storableJson(secretChanges) }),
  };
}

/**
 * Encrypts settings for the changed row: new settings, settings of a changed type, and settings that the platform wrote
 * without naming the row. Settings that cannot be decrypted stay as they are until new ones are entered.
 */
function reencrypted(
  row: ConfigRow,
  { settings: given, connectorType = row.connector_type }: Partial<SiemConfigInput>,
  cipher: SettingsCipher,
): Updateable<SiemConfigsTable> {
  const there = cipher.decrypt(row.config, placeOf(row));
  const settings = given ?? (there.kind === "settings" ? there.settings : undefined);
  const isDue = given !== undefined || connectorType !== row.connector_type || row.key_id !== cipher.keyId;
  if (settings === undefined || !isDue) return {};
  const place = { ...placeOf(row), type: connectorType };
  return { config: cipher.encrypt(settings, place), key_id: cipher.keyId };
}

import { randomUUID } from "node:crypto";
import type { Clock } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import type { Kysely, Transaction, Updateable } from "kysely";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import type { SiemConfigsTable, Tables } from "../database/schema.ts";
import { isUuid } from "../database/uuid.ts";
import type { SettingsSeal } from "../secrets/sealed-settings.ts";
import type { ConfigRow } from "./config-row.ts";
import { configOf, placeOf } from "./config-row.ts";
import type { Changed, OrgConfigs } from "./config-store.ts";
import type { SiemConfigInput } from "./siem-config.ts";

export interface ConfigStoreParts {
  readonly database: Database;
  readonly seal: SettingsSeal;
  readonly clock: Clock;
}

/** The rows of one organisation, by every statement's own condition and by row-level security besides. */
export function createOrgConfigs(orgId: string, { database, seal, clock }: ConfigStoreParts): OrgConfigs {
  if (!isUuid(orgId)) throw new SiemError("SIEM_ORG_ID", `"${orgId}" is no organisation: expected its UUID.`);
  const org = orgId.toLowerCase();

  function inOrg<Result>(act: (db: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return database.query.transaction().execute(async (db) => {
      await sql`select set_config('siem.org_id', ${org}, true), set_config('siem.writer', 'server', true)`.execute(db);
      return act(db);
    });
  }

  const ofOrg = (db: Kysely<Tables>) => db.selectFrom("siem_configs").selectAll().where("org_id", "=", org);

  /** Keeps the row as it is found until the change is done. */
  function change(
    id: string,
    version: number | undefined,
    act: (db: Transaction<Tables>, row: ConfigRow) => Promise<ConfigRow>,
  ): Promise<Changed> {
    return inOrg(async (db) => {
      if (!isUuid(id)) return { kind: "missing" };
      const row = await ofOrg(db).where("id", "=", id).forUpdate().executeTakeFirst();
      if (row === undefined) return { kind: "missing" };
      if (version !== undefined && row.version !== version) return { kind: "conflict", version: row.version };
      return { kind: "done", config: configOf(await act(db, row), seal) };
    });
  }

  return {
    list: () =>
      inOrg(async (db) => {
        const rows = await ofOrg(db).orderBy("created_at", "desc").orderBy("id", "desc").execute();
        return rows.map((row) => configOf(row, seal));
      }),
    get: (id) =>
      inOrg(async (db) => {
        const row = isUuid(id) ? await ofOrg(db).where("id", "=", id).executeTakeFirst() : undefined;
        return row === undefined ? undefined : configOf(row, seal);
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
            name: input.name,
            is_enabled: input.isEnabled,
            config: seal.seal(input.settings, place),
            key_id: seal.keyId,
            delivery: JSON.stringify(input.delivery),
            filter: JSON.stringify(input.filter),
            secret_changes: JSON.stringify(input.secretChanges),
            delivery_status: "pending",
            created_at: at,
            updated_at: at,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return configOf(row, seal);
      }),
    update: (id, changes, version) =>
      change(id, version, (db, row) =>
        db
          .updateTable("siem_configs")
          .set({ ...columnsOf(row, changes), ...resealed(row, changes, seal) })
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

/** The columns that users set, as they will be. */
function columnsOf(row: ConfigRow, changes: Partial<SiemConfigInput>): Updateable<SiemConfigsTable> {
  const { connectorType = row.connector_type, name = row.name, isEnabled = row.is_enabled } = changes;
  const { delivery, filter, secretChanges } = changes;
  return {
    connector_type: connectorType,
    name,
    is_enabled: isEnabled,
    ...(delivery !== undefined && { delivery: JSON.stringify(delivery) }),
    ...(filter !== undefined && { filter: JSON.stringify(filter) }),
    ...(secretChanges !== undefined && { secret_changes: JSON.stringify(secretChanges) }),
  };
}

/**
 * The settings for the row as it will be: new ones, those under another type's name, and those that the platform wrote
 * without naming the row. Settings that cannot be read stay as they are until somebody enters new ones.
 */
function resealed(
  row: ConfigRow,
  { settings: given, connectorType = row.connector_type }: Partial<SiemConfigInput>,
  seal: SettingsSeal,
): Updateable<SiemConfigsTable> {
  const there = seal.unseal(row.config, placeOf(row));
  const settings = given ?? (there.kind === "settings" ? there.settings : undefined);
  const isDue = given !== undefined || connectorType !== row.connector_type || row.key_id !== seal.keyId;
  if (settings === undefined || !isDue) return {};
  const place = { ...placeOf(row), type: connectorType };
  return { config: seal.seal(settings, place), key_id: seal.keyId };
}

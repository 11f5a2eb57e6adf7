import { SiemError } from "@arbitex/core";
import { sql } from "kysely";
import type { DatabaseChoice } from "./database-choice.ts";
import type { Database } from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import { assertMigrated, migrate } from "./migrate.ts";
import type { DatabaseParts } from "./postgres.ts";
import { connectPostgres } from "./postgres.ts";

/** Opens a migrated database. The embedded one is migrated here; PostgreSQL is migrated by `db migrate`. */
export async function openDatabase(choice: DatabaseChoice, parts: DatabaseParts): Promise<Database> {
  const database = await connectDatabase(choice, parts);
  try {
    if (database.kind === "embedded") await migrate(database);
    else {
      await assertMigrated(database);
      await assertRights(database);
      if (await bypassesRowSecurity(database)) {
        parts.logger.warn(
          { database: database.name },
          "the database role is above row-level security: give the server one that is neither superuser nor BYPASSRLS",
        );
      }
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Rights that a server needs, on a whole table or on columns. A role may lack them. */
const RIGHTS: readonly (readonly [table: string, right: "select" | "insert" | "update" | "delete"])[] = [
  ["siem_configs", "select"],
  ["siem_configs", "insert"],
  ["siem_configs", "update"],
  ["siem_configs", "delete"],
  ["siem_tokens", "select"],
  ["siem_tokens", "update"],
];

async function assertRights({ query, name }: Database): Promise<void> {
  const { rows } = await sql<{ lacked: string; role: string }>`
    select wanted.privilege || ' on ' || wanted.name as lacked, current_user as role
    from (values ${sql.join(RIGHTS.map(([table, right]) => sql`(${table}, ${right})`))}) as wanted(name, privilege)
    where not case when wanted.privilege = 'delete' then has_table_privilege(wanted.name, wanted.privilege)
      else has_any_column_privilege(wanted.name, wanted.privilege) end`.execute(query);
  const [first] = rows;
  if (first === undefined) return;
  throw new SiemError(
    "SIEM_DATABASE_SCHEMA",
    `The role ${first.role} lacks rights in the database ${name}: ${rows.map(({ lacked }) => lacked).join(", ")}. ` +
      "Grant them as docs/database.md says.",
  );
}

/** Opens the database whether it is migrated or not. */
export function connectDatabase(choice: DatabaseChoice, parts: DatabaseParts): Promise<Database> {
  return choice.kind === "postgres" ? connectPostgres(choice.url, parts) : openEmbedded(choice.path, parts);
}

/** Whether this role bypasses row-level security, the second barrier between organisations. */
export async function bypassesRowSecurity({ query }: Database): Promise<boolean> {
  const { rows } = await sql<{ bypasses: boolean }>`
    select rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user
  `.execute(query);
  return rows[0]?.bypasses ?? false;
}

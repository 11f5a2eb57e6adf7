import { sql } from "kysely";
import type { DatabaseChoice } from "./database-choice.ts";
import type { Database } from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import { assertMigrated, migrate } from "./migrate.ts";
import type { DatabaseParts } from "./postgres.ts";
import { connectPostgres } from "./postgres.ts";

/** Opens the database with all its tables. The embedded one makes them itself; PostgreSQL's are made by `db migrate`. */
export async function openDatabase(choice: DatabaseChoice, parts: DatabaseParts): Promise<Database> {
  const database = await connectDatabase(choice, parts);
  try {
    if (database.kind === "embedded") await migrate(database);
    else {
      await assertMigrated(database);
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

/** Opens the database as it is, whatever its tables. */
export function connectDatabase(choice: DatabaseChoice, parts: DatabaseParts): Promise<Database> {
  return choice.kind === "postgres" ? connectPostgres(choice.url, parts) : openEmbedded(choice.path, parts);
}

/** Whether the second fence between organisations does not hold for this role. */
export async function bypassesRowSecurity({ query }: Database): Promise<boolean> {
  const { rows } = await sql<{ bypasses: boolean }>`
    select rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user
  `.execute(query);
  return rows[0]?.bypasses ?? false;
}

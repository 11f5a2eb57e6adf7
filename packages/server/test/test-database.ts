import { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { sql } from "kysely";
import type { Database } from "../src/database/database.ts";
import { withEngine } from "../src/database/embedded.ts";
import { migrate } from "../src/database/migrate.ts";

/** A database in memory without any table. */
export async function createEmptyDatabase(): Promise<Database> {
  return withEngine(await PGlite.create(), { createPgConfig }, "memory");
}

/** One with all tables. Takes seconds: make it once a file, and empty it before each test. */
export async function createTestDatabase(): Promise<Database> {
  const database = await createEmptyDatabase();
  await migrate(database);
  return database;
}

export async function emptyTables({ query }: Database): Promise<void> {
  await sql`truncate siem_configs, siem_tokens`.execute(query);
}

import { SiemError } from "@arbitex/core";
import { Migrator } from "kysely";
import type { Database } from "./database.ts";
import { migrations } from "./migrations/index.ts";

/** Runs what is missing and gives its names. Two at once are safe: the second waits for the first. */
export async function migrate(database: Database): Promise<readonly string[]> {
  if ((await missingMigrations(database)).length === 0) return [];
  const { error, results = [] } = await migratorOf(database).migrateToLatest();
  if (error !== undefined) throw migrationFailure(error, database.name);
  return results.filter(({ status }) => status === "Success").map(({ migrationName }) => migrationName);
}

/** Names of the migrations that this release knows and the database has not seen. Changes nothing. */
export async function missingMigrations(database: Database): Promise<readonly string[]> {
  const known = await migratorOf(database).getMigrations();
  return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

/** Throws `SIEM_DATABASE_SCHEMA` when a migration is missing. */
export async function assertMigrated(database: Database): Promise<void> {
  const missing = await missingMigrations(database);
  if (missing.length === 0) return;
  throw new SiemError(
    "SIEM_DATABASE_SCHEMA",
    `The database ${database.name} lacks ${missing.join(", ")}. Run: arbitex-siem db migrate`,
  );
}

function migratorOf({ query }: Database): Migrator {
  return new Migrator({
    db: query,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: "siem_migrations",
    migrationLockTableName: "siem_migrations_lock",
  });
}

const INSUFFICIENT_PRIVILEGE = "42501";
const LOCK_NOT_AVAILABLE = "55P03";

function migrationFailure(error: unknown, name: string): Error {
  if (error instanceof SiemError || !(error instanceof Error))
    return error instanceof Error ? error : new Error(String(error));
  const code = "code" in error ? error.code : undefined;
  const advice =
    code === INSUFFICIENT_PRIVILEGE
      ? "Run it as the owner of the tables."
      : code === LOCK_NOT_AVAILABLE
        ? "Another session has the table for longer than 10 s; run it again when that is done."
        : "Nothing was changed.";
  return new SiemError("SIEM_DATABASE_SCHEMA", `The database ${name} cannot be migrated: ${error.message}. ${advice}`, {
    cause: error,
  });
}

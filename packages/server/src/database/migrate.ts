import { SiemError } from "@arbitex/core";
import { Migrator } from "kysely";
import { messageOf } from "../message-of.ts";
import type { Database } from "./database.ts";
import { databaseError } from "./database-unavailable.ts";
import { migrations } from "./migrations/index.ts";

/** Runs what is missing and gives its names. Two at once are safe: the second waits for the first. */
export async function migrate(database: Database): Promise<readonly string[]> {
  if ((await missingMigrations(database)).length === 0) return [];
  const { error, results = [] } = await migratorOf(database).migrateToLatest();
  if (error !== undefined) throw schemaFailure(error, `The database ${database.name} cannot be migrated`);
  return results.filter(({ status }) => status === "Success").map(({ migrationName }) => migrationName);
}

/** Names of the migrations that this release knows and the database has not seen. Changes nothing. */
export async function missingMigrations(database: Database): Promise<readonly string[]> {
  try {
    const known = await migratorOf(database).getMigrations();
    return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  } catch (error) {
    throw schemaFailure(error, `Which tables the database ${database.name} has cannot be read`);
  }
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

/** By PostgreSQL's code of the error. */
const ADVICE: Readonly<Record<string, string>> = {
  "42501":
    "Run db migrate as the owner of the tables, and give the server's role the rights that docs/database.md names.",
  "55P03": "Another session has had the table for 10 s; run it again when that is done.",
};

function schemaFailure(failure: unknown, what: string): SiemError {
  const error = databaseError(failure);
  if (error instanceof SiemError) return error;
  const reason = messageOf(error);
  const advice = error instanceof Error && "code" in error ? ADVICE[String(error.code)] : undefined;
  return new SiemError("SIEM_DATABASE_SCHEMA", `${what}: ${reason}. ${advice ?? "Nothing was changed."}`, {
    cause: error,
  });
}

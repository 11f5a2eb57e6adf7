import { SiemError } from "@arbitex/core";
import type { Kysely, Migration } from "kysely";
import { Migrator } from "kysely";
import { messageOf } from "../message-of.ts";
import type { Database } from "./database.ts";
import { databaseError } from "./database-unavailable.ts";
import { migrations } from "./migrations/index.ts";
import { rehearse } from "./rehearse.ts";
import type { Tables } from "./schema.ts";
import { tableProblems } from "./table-problems.ts";

/**
 * Runs the missing migrations and returns their names. Concurrent runs are safe: the second waits for the first. A
 * table that the server cannot use is refused before anything is changed.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const missing = await missingMigrations(database);
  // Only this process creates tables in the embedded database, so no lock is needed.
  if (database.kind === "embedded" && missing.length === 0) return [];
  await assertUsable(database);
  try {
    if (missing.length === 0) await database.query.transaction().execute(rehearse);
  } catch (error) {
    throw schemaFailure(error, `The tables of the database ${database.name} cannot be used`);
  }
  const { error, results = [] } = await migratorOf(database, rehearse).migrateToLatest();
  if (error !== undefined) throw schemaFailure(error, `The database ${database.name} cannot be migrated`);
  return results.filter(({ status }) => status === "Success").map(({ migrationName }) => migrationName);
}

/** Throws with every reason when the server cannot use the platform's table. */
export async function assertUsable(database: Database): Promise<void> {
  const problems = await tableProblems(database.query);
  if (problems.length === 0) return;
  throw new SiemError("SIEM_DATABASE_SCHEMA", `${problems.join("\n")}\nNothing was changed.`);
}

/** Names of the migrations that have not run yet. Changes nothing. */
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

/** Runs all missing migrations in one transaction. `atEnd` may throw to roll everything back. */
function migratorOf({ query }: Database, atEnd?: (db: Kysely<Tables>) => Promise<void>): Migrator {
  const [lastName = "", last] = Object.entries(migrations).at(-1) ?? [];
  const withEnd: Migration = {
    async up(db: Kysely<Tables>) {
      await last?.up(db);
      await atEnd?.(db);
    },
  };
  return new Migrator({
    db: query,
    provider: { getMigrations: () => Promise.resolve({ ...migrations, [lastName]: withEnd }) },
    migrationTableName: "siem_migrations",
    migrationLockTableName: "siem_migrations_lock",
  });
}

/** By SQLSTATE. */
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

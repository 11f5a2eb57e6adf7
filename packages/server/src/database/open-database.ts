import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Secret } from "@arbitex/core";
import type { DatabaseSettings } from "@arbitex/core/host";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import { assertMigrated, migrate } from "./migrate.ts";
import type { DatabaseParts } from "./postgres.ts";
import { connectPostgres } from "./postgres.ts";

/** Which database is meant. */
export type DatabaseChoice =
  | { readonly kind: "postgres"; readonly url: Secret }
  | {
      readonly kind: "embedded";
      readonly path: string;
      /** Whether there is a reason to open it: somebody named its folder, or it is there. It takes 300 MB of memory. */
      readonly isRequested: boolean;
    };

export function databaseChoiceOf(
  { url, path: given, isPathNamed }: DatabaseSettings,
  workingFolder: string,
): DatabaseChoice {
  if (url !== undefined) return { kind: "postgres", url };
  const path = resolve(workingFolder, given);
  return { kind: "embedded", path, isRequested: isPathNamed || existsSync(path) };
}

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

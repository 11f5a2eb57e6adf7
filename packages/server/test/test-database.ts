import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger } from "@arbitex/core";
import { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { sql } from "kysely";
import type { Database } from "../src/database/database.ts";
import { withEngine } from "../src/database/embedded.ts";
import { migrate } from "../src/database/migrate.ts";

/** A database in memory with all tables. Make one a file, and empty it before each test. */
export async function createTestDatabase(): Promise<Database> {
  const loadDataDir = await emptyCluster();
  const postgres = await PGlite.create({ loadDataDir });
  const database = withEngine(postgres, { createPgConfig }, { name: "memory", logger: silentLogger });
  await migrate(database);
  return database;
}

export async function emptyTables({ query }: Database): Promise<void> {
  await sql`truncate siem_configs, siem_tokens, siem_setup_links, siem_sessions, siem_audit_outbox, siem_dead_letters,
    siem_dead_letter_counts, siem_replay_leases, siem_replays, siem_request_counts`.execute(query);
  await sql`alter sequence siem_configs_versions restart`.execute(query);
}

const CACHE = join(import.meta.dirname, "../../../node_modules/.cache");
const PGLITE_VERSION = "0.5.16";

/** What PostgreSQL's initdb makes, which takes seconds: made by the first who needs it and kept beside other caches. */
async function emptyCluster(): Promise<Blob> {
  const path = join(CACHE, `pglite-${PGLITE_VERSION}.tar`);
  if (!existsSync(path)) {
    const fresh = await PGlite.create();
    const dump = await fresh.dumpDataDir("none");
    await fresh.close();
    await mkdir(CACHE, { recursive: true });
    await writeFile(`${path}.${process.pid}`, Buffer.from(await dump.arrayBuffer()));
    await rename(`${path}.${process.pid}`, path);
  }
  return new Blob([await readFile(path)]);
}

import { join } from "node:path";
import type { FolderLock } from "@arbitex/core/host";
import { lockFolder } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import pg from "pg";
import type { Channel, Database, NoticeListener } from "./database.ts";
import { columnTypes, tablesOver } from "./dialect.ts";
import type { DatabaseParts } from "./postgres.ts";

type Engine = Awaited<ReturnType<typeof loadEngine>>;
type EmbeddedPostgres = InstanceType<Engine["PGlite"]>;

/**
 * Opens PostgreSQL within this process, its files in `folder`. Two processes on one folder would lose rows without an
 * error, so that the folder is locked first.
 */
export async function openEmbedded(folder: string, { clock, logger }: DatabaseParts): Promise<Database> {
  const engine = await loadEngine();
  let opened: Database | undefined;
  const lock = await lockFolder({
    folder,
    clock,
    inUse: databaseInUse,
    onLost() {
      logger.error({ folder }, "another process has taken the database over, this one writes to it no more");
      void opened?.close();
    },
  });
  try {
    opened = await withEngine(await engine.PGlite.create(join(folder, "data")), engine, folder, lock);
    return opened;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A database over one that is open already, as tests make it; it is closed with it. */
export async function withEngine(
  postgres: EmbeddedPostgres,
  { createPgConfig }: Pick<Engine, "createPgConfig">,
  name: string,
  lock?: FolderLock,
): Promise<Database> {
  // It has one connection, which must not be given up for being idle.
  const oneConnection = { max: 1, idleTimeoutMillis: 0, types: columnTypes() };
  const pool = new pg.Pool(Object.assign(createPgConfig(postgres), oneConnection));
  const query = tablesOver(pool);
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await query.destroy();
    await postgres.close();
    await lock?.release();
  }
  return {
    kind: "embedded",
    name,
    query,
    listen: (channel, listener, signal) => void listen(postgres, channel, listener, signal),
    close: () => (closing ??= close()),
  };
}

/** Nobody else has this database, so that no notice can be missed once this listens. */
async function listen(
  postgres: EmbeddedPostgres,
  channel: Channel,
  listener: NoticeListener,
  signal: AbortSignal,
): Promise<void> {
  const stop = await postgres.listen(channel, (id) => {
    if (!signal.aborted) listener(id);
  });
  if (!signal.aborted) listener(undefined);
  const end = () => {
    if (!postgres.closed) void stop().catch(() => undefined);
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
}

/** The package is optional, and 26 MB: whoever has PostgreSQL does not load it. */
async function loadEngine() {
  try {
    const [{ PGlite }, { createPgConfig }] = await Promise.all([
      import("@electric-sql/pglite"),
      import("@electric-sql/pglite/node-postgres"),
    ]);
    return { PGlite, createPgConfig };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new SiemError(
      "SIEM_DATABASE_PACKAGE",
      "The embedded database is not installed. Run: npm install @electric-sql/pglite. Or set DATABASE_URL to use PostgreSQL.",
      { cause: error },
    );
  }
}

function databaseInUse(path: string, holder: string): SiemError {
  return new SiemError(
    "SIEM_DATABASE_LOCKED",
    `The embedded database (${path}) is in use by ${holder}. Stop that one, give this one a folder of its own ` +
      "(SIEM_DATABASE_PATH), or set DATABASE_URL: PostgreSQL takes many at once.",
  );
}

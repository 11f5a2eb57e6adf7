import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@arbitex/core";
import { lockFolder } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import pg from "pg";
import { messageOf } from "../message-of.ts";
import type { Channel, Database, NoticeListener } from "./database.ts";
import { columnTypes, tablesOver } from "./dialect.ts";
import type { DatabaseParts } from "./postgres.ts";
import { withoutHung } from "./without-hung.ts";

type Engine = Awaited<ReturnType<typeof loadEngine>>;
type EmbeddedPostgres = InstanceType<Engine["PGlite"]>;

/**
 * Opens PostgreSQL within this process, its files in `folder`. The folder is locked first, because two processes on one
 * folder would silently lose rows.
 */
export async function openEmbedded(folder: string, { clock, logger }: DatabaseParts): Promise<Database> {
  const engine = await loadEngine();
  let opened: Database | undefined;
  let isLost = false;
  const lock = await lockFolder({
    folder,
    clock,
    inUse: databaseInUse,
    onLost() {
      isLost = true;
      logger.error({ folder }, "another process has taken the database over, this one writes to it no more");
      opened?.close().catch((error: Error) => logger.error({ folder, reason: error.message }, "cannot close it"));
    },
  });
  async function onClosed(): Promise<void> {
    await keepFilesToOwner(join(folder, "data"));
    await lock.release();
  }
  try {
    opened = withEngine(await openCluster(folder, engine), engine, {
      name: folder,
      logger,
      onClosed,
      isLost: () => isLost,
    });
    return opened;
  } catch (error) {
    await lock.release();
    throw notOpened(folder, error);
  }
}

/**
 * Creates the files in a temporary folder and renames it when they are complete, so that a killed process leaves
 * nothing half-done.
 */
async function openCluster(folder: string, { PGlite }: Engine): Promise<EmbeddedPostgres> {
  const path = join(folder, "data");
  if (!existsSync(path)) {
    const aside = join(folder, "data.new");
    await rm(aside, { recursive: true, force: true });
    const made = await PGlite.create(aside);
    await made.close();
    await keepFilesToOwner(aside);
    await rename(aside, path);
  }
  const postgres = await PGlite.create(path);
  await keepFilesToOwner(path);
  return postgres;
}

/** The engine creates files with mode 0666 and relies on the umask. */
async function keepFilesToOwner(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (((await stat(path)).mode & OTHERS) !== 0) await chmod(path, entry.isDirectory() ? 0o700 : 0o600);
  }
  await chmod(folder, 0o700);
}

const OTHERS = 0o077;

interface EngineUse {
  readonly name: string;
  readonly logger: Logger;
  /** Whether another process has taken over its files. */
  readonly isLost?: () => boolean;
  /** Releases what belongs to its folder. */
  readonly onClosed?: () => Promise<void>;
}

/** A database over an open engine, which is closed with it. */
export function withEngine(
  postgres: EmbeddedPostgres,
  { createPgConfig }: Pick<Engine, "createPgConfig">,
  { name, logger, isLost = () => false, onClosed }: EngineUse,
): Database {
  // The engine has one connection, which must not be closed when idle.
  const oneConnection = { max: 1, idleTimeoutMillis: 0, types: columnTypes() };
  const pool = new pg.Pool(Object.assign(createPgConfig(postgres), oneConnection));
  const query = tablesOver(withoutHung(pool, { name }));
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await query.destroy();
    // Closing writes a checkpoint, which must not overwrite what the other process has written.
    if (!isLost()) await postgres.close();
    await onClosed?.();
  }
  return {
    kind: "embedded",
    name,
    query,
    listen(channel, listener, signal) {
      listen(postgres, channel, listener, signal).catch((error: Error) => {
        if (!signal.aborted)
          logger.warn({ database: name, channel, reason: error.message }, "does not hear of changes");
      });
    },
    close: () => (closing ??= close()),
  };
}

/** Only this process has the database, so no notice is missed once this listens. */
async function listen(
  postgres: EmbeddedPostgres,
  channel: Channel,
  listener: NoticeListener,
  signal: AbortSignal,
): Promise<void> {
  const stop = await postgres.listen(channel, (id) => {
    if (!signal.aborted) listener(id || undefined);
  });
  if (!signal.aborted) {
    listener(undefined);
    await once(signal, "abort");
  }
  if (!postgres.closed) await stop();
}

/** Loads the optional package of 26 MB, which a deployment with PostgreSQL does not need. */
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

function notOpened(folder: string, error: unknown): SiemError {
  const reason = messageOf(error);
  return new SiemError(
    "SIEM_DATABASE_CONNECT",
    `The embedded database (${folder}) cannot be opened: ${reason}. Make room on the disk, correct the folder's owner, ` +
      "or, if its files are damaged, put a copy of the folder back.",
    { cause: error },
  );
}

function databaseInUse(path: string, holder: string): SiemError {
  return new SiemError(
    "SIEM_DATABASE_LOCKED",
    `The embedded database (${path}) is in use by ${holder}. Stop that one, give this one a folder of its own ` +
      "(SIEM_DATABASE_PATH), or set DATABASE_URL: PostgreSQL takes many at once.",
  );
}

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
 * Opens PostgreSQL within this process, its files in `folder`. Two processes on one folder would lose rows without an
 * error, so that the folder is locked first.
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

/** Its files are made aside and take their name when they are whole: whoever is killed meanwhile leaves nothing half. */
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

/** The engine asks for files that everybody may read and write, and leaves it to the umask to cut that. */
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
  /** Its files are another process's by now. */
  readonly isLost?: () => boolean;
  /** For what belongs to its folder. */
  readonly onClosed?: () => Promise<void>;
}

/** A database over an engine that is open already, and closed with it. */
export function withEngine(
  postgres: EmbeddedPostgres,
  { createPgConfig }: Pick<Engine, "createPgConfig">,
  { name, logger, isLost = () => false, onClosed }: EngineUse,
): Database {
  // It has one connection, which must not be given up for being idle.
  const oneConnection = { max: 1, idleTimeoutMillis: 0, types: columnTypes() };
  const pool = new pg.Pool(Object.assign(createPgConfig(postgres), oneConnection));
  const query = tablesOver(withoutHung(pool, { name }));
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await query.destroy();
    // Its end is a checkpoint, which must not be written over what the other process has written.
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

/** Nobody else has this database, so that no notice can be missed once this listens. */
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

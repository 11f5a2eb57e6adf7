import { readFile, stat } from "node:fs/promises";
import { messageOf, SiemError } from "../errors.ts";
import type { Logger } from "../telemetry/logger.ts";

/** A MaxMind database in memory. */
export interface Database {
  readonly metadata: DatabaseMetadata;
  get(address: string): unknown;
}

export interface DatabaseMetadata {
  readonly databaseType: string;
  readonly ipVersion: number;
  /** Search tree: number of nodes, bits per branch, and depth. */
  readonly nodeCount: number;
  readonly recordSize: number;
  readonly treeDepth: number;
}

/** Parses a file's bytes to a database. Throws if they are invalid. */
export type ParseDatabase = (bytes: Buffer) => Database;

/** A database that is reloaded when its file changes. */
export interface DatabaseFile {
  /** Returns the latest complete database. */
  readonly current: () => Database;
  /** Checks the file at most every ten seconds and reloads it in the background. Never throws. */
  readonly refresh: (now: number) => void;
  /** Resolves when no reload is under way. */
  readonly idle: () => Promise<void>;
}

export interface DatabaseFileOptions {
  readonly path: string;
  readonly parse: ParseDatabase;
  readonly logger: Logger;
  /** Called after a reload. */
  readonly onReload: () => void;
}

const LOOK_INTERVAL_MS = 10_000;

/** Opens a database. Throws if the file cannot be read or is not a database. */
export async function openDatabaseFile({ path, parse, logger, onReload }: DatabaseFileOptions): Promise<DatabaseFile> {
  let loadedStamp = "";
  let seenStamp = "";
  let lookedAt = Number.NEGATIVE_INFINITY;
  let look = Promise.resolve();
  let warnedOf: string | undefined;
  let database: Database;
  try {
    loadedStamp = await stampOf(path);
    database = parse(await readFile(path));
  } catch (cause) {
    throw new SiemError("SIEM_GEOIP_DATABASE", `The GeoIP database ${path} cannot be used: ${messageOf(cause)}`, {
      cause,
    });
  }

  /** Reloads the file. It is read only if two checks found it unchanged, since it may be half written. */
  async function reload(): Promise<void> {
    const stamp = await stampOf(path);
    if (stamp === loadedStamp) return;
    if (stamp !== seenStamp) {
      seenStamp = stamp;
      return;
    }
    // Read only once, even if it is invalid. A later change has another stamp.
    loadedStamp = stamp;
    const next = parse(await readFile(path));
    if ((await stampOf(path)) !== stamp) return;
    database = next;
    warnedOf = undefined;
    onReload();
    logger.info({ path }, "a GeoIP database has been reloaded");
  }

  function warn(error: unknown): void {
    const reason = messageOf(error);
    if (reason === warnedOf) return;
    warnedOf = reason;
    logger.warn({ path, reason }, "a GeoIP database cannot be reloaded, the old one stays in use");
  }

  return {
    current: () => database,
    refresh(now) {
      if (now - lookedAt < LOOK_INTERVAL_MS) return;
      lookedAt = now;
      look = look.then(reload).catch(warn);
    },
    idle: () => look,
  };
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs} ${size} ${ino}`;
}

import type { Logger, Secret } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sql } from "kysely";
import pg from "pg";
import { connectionFailure } from "./connection-failure.ts";
import type { Database } from "./database.ts";
import { columnTypes, tablesOver } from "./dialect.ts";
import { listenOnPostgres } from "./postgres-notices.ts";
import { createPostgresSockets } from "./postgres-sockets.ts";
import { withoutHung } from "./without-hung.ts";

export interface DatabaseParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Allows statements of minutes, and waits for locks as long as each statement sets: for migrations. */
  readonly isPatient?: boolean;
}

const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 10_000;
/** How long open queries may take when the database is closed. */
const CLOSE_GRACE_MS = 500;

// A database that accepted a query and no longer answers must not hold a request for ever. The server-side limits are
// shorter: without them a session whose client has gone would keep waiting for a lock, one more with every retry.
const QUERY_TIMEOUT_MS = 10_000;
const SESSION = `set timezone = 'UTC'; set lock_timeout = '3s'; set statement_timeout = '8s';
  set idle_in_transaction_session_timeout = '30s'`;
const PATIENT_QUERY_TIMEOUT_MS = 600_000;

/** Connects and runs one query, so that a wrong address or password shows at startup. Reads no table. */
export async function connectPostgres(url: Secret, parts: DatabaseParts): Promise<Database> {
  const { clock, logger, isPatient = false } = parts;
  const name = nameOf(url);
  const sockets = createPostgresSockets();
  const config: pg.ClientConfig = {
    connectionString: url.reveal(),
    fallback_application_name: "arbitex-siem",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: isPatient ? PATIENT_QUERY_TIMEOUT_MS : QUERY_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: columnTypes(),
  };
  const pool = new pg.Pool({ ...config, stream: sockets.stream, max: MAX_CONNECTIONS });
  // Without listeners, losing a connection would end the process. The pool reports idle connections; a connection in
  // use reports it with its next statement.
  pool.on("error", (error) => logger.warn({ database: name, reason: error.message }, "lost a database connection"));
  pool.on("connect", (client) => client.on("error", () => undefined));
  const query = tablesOver(withoutHung(pool, { name, ...(!isPatient && { session: SESSION }) }));
  const closing = new AbortController();
  async function close(): Promise<void> {
    closing.abort();
    const giveUp = setTimeout(() => sockets.destroy(), CLOSE_GRACE_MS);
    await query.destroy();
    clearTimeout(giveUp);
  }
  try {
    await sql`select 1`.execute(query);
  } catch (error) {
    await close();
    throw connectionFailure(error, name);
  }
  return {
    kind: "postgres",
    name,
    query,
    listen(channel, listener, signal) {
      const ending = AbortSignal.any([signal, closing.signal]);
      listenOnPostgres({ config, name, clock, logger, channel, listener }, ending);
    },
    close,
  };
}

/** `host:5432/name`: the part of an address without credentials. */
function nameOf(url: Secret): string {
  try {
    const { host, pathname, searchParams } = new URL(url.reveal());
    return `${host || (searchParams.get("host") ?? "localhost")}${pathname}`;
  } catch {
    return "DATABASE_URL";
  }
}

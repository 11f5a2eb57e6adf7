import type { Logger, Secret } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sql } from "kysely";
import pg from "pg";
import { connectionFailure } from "./connection-failure.ts";
import type { Database } from "./database.ts";
import { columnTypes, tablesOver } from "./dialect.ts";
import { listenOnPostgres } from "./postgres-notices.ts";
import { withoutHung } from "./without-hung.ts";

export interface DatabaseParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
// A database that took a query and does not answer any more must not keep a request for ever.
const QUERY_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 10_000;

/** Connects and asks once, so that a wrong address or password shows at the start. Looks at no table. */
export async function connectPostgres(url: Secret, { clock, logger }: DatabaseParts): Promise<Database> {
  const name = nameOf(url);
  const config: pg.ClientConfig = {
    connectionString: url.reveal(),
    fallback_application_name: "arbitex-siem",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: columnTypes(),
  };
  const pool = new pg.Pool({ ...config, max: MAX_CONNECTIONS, query_timeout: QUERY_TIMEOUT_MS });
  // Without listeners the loss of a connection would end the process: the pool hears of idle ones, and whoever has one
  // in use learns of it by its next statement.
  pool.on("error", (error) => logger.warn({ database: name, reason: error.message }, "lost a database connection"));
  pool.on("connect", (client) => client.on("error", () => undefined));
  const query = tablesOver(withoutHung(pool));
  try {
    await sql`select 1`.execute(query);
  } catch (error) {
    await query.destroy();
    throw connectionFailure(error, name);
  }
  const closing = new AbortController();
  return {
    kind: "postgres",
    name,
    query,
    listen(channel, listener, signal) {
      const ending = AbortSignal.any([signal, closing.signal]);
      listenOnPostgres({ config, name, clock, logger, channel, listener }, ending);
    },
    async close() {
      closing.abort();
      await query.destroy();
    },
  };
}

/** `host:5432/name`: what may be shown of an address. */
function nameOf(url: Secret): string {
  try {
    const { host, pathname, searchParams } = new URL(url.reveal());
    return `${host || (searchParams.get("host") ?? "localhost")}${pathname}`;
  } catch {
    return "DATABASE_URL";
  }
}

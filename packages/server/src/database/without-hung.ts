import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import { asUnavailable } from "./passing-faults.ts";

/** Message of `pg` when a sent query was not answered in time. */
const TIMED_OUT = "Query read timeout";
/** Times for columns without a time zone are converted by the session's zone. */
const IN_UTC = "set timezone = 'UTC'";

export interface PoolUse {
  /** Name of the database, for errors. */
  readonly name: string;
  /** Statement that each new connection runs first. */
  readonly session?: string;
}

/**
 * A pool that never reuses a connection on which a query timed out. Every later query would wait behind that one, for
 * up to a quarter of an hour when a firewall dropped the connection. Such a connection is closed. Faults that pass are
 * errors with the code `SIEM_DATABASE_UNAVAILABLE`.
 */
export function withoutHung(pool: pg.Pool, { name, session = IN_UTC }: PoolUse = { name: "PostgreSQL" }): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();

  /** Not a hook of the query builder, because that would leak a connection whose hook fails. */
  async function begun(client: pg.PoolClient): Promise<PostgresPoolClient> {
    const wrapped = wrap(client, name);
    try {
      await wrapped.query(session, []);
    } catch (error) {
      client.release(true);
      throw error;
    }
    known.set(client, wrapped);
    return wrapped;
  }

  return {
    async connect() {
      let client: pg.PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        throw asUnavailable(error, name);
      }
      return known.get(client) ?? begun(client);
    },
    end: () => pool.end(),
  };
}

function wrap(client: pg.PoolClient, name: string): PostgresPoolClient {
  let hung: Error | undefined;
  const query = async (text: string, values: unknown[]): Promise<pg.QueryResult> => {
    // Ends a transaction, whose rollback would wait as long again.
    if (hung !== undefined) throw hung;
    try {
      return await client.query(text, values);
    } catch (cause) {
      const error = asUnavailable(cause, name);
      if (error instanceof Error && cause instanceof Error && cause.message === TIMED_OUT) hung = error;
      throw error;
    }
  };
  return poolClient(query, () => client.release(hung));
}

type Query = (text: string, values: unknown[]) => Promise<unknown>;

/** Implements queries only; this project uses no cursors. */
function poolClient(query: Query, release: () => void): PostgresPoolClient {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { query, release } as PostgresPoolClient;
}

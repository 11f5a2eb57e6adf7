import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import { asUnavailable } from "./passing-faults.ts";

/** As `pg` words it: the query was sent, and its answer did not come in time. */
const TIMED_OUT = "Query read timeout";
/** Times that go into columns without a zone are converted by the session's. */
const IN_UTC = "set timezone = 'UTC'";

export interface PoolUse {
  /** Of the database, for errors. */
  readonly name: string;
  /** Asked once of each connection, before anything else. */
  readonly session?: string;
}

/**
 * The pool without connections on which a query timed out: whatever is asked on such a one waits behind that query, and
 * behind a firewall that forgot it nobody tells for a quarter of an hour. It is ended, not given back. Faults that pass
 * are errors with the code `SIEM_DATABASE_UNAVAILABLE`.
 */
export function withoutHung(pool: pg.Pool, { name, session = IN_UTC }: PoolUse = { name: "PostgreSQL" }): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();

  /** Here and not as a hook of the query builder, which would never give back a connection that fails at it. */
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
    // Of a transaction, whose rollback would wait as long again.
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

/** Of the two ways to ask, nobody here uses cursors. */
function poolClient(query: Query, release: () => void): PostgresPoolClient {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { query, release } as PostgresPoolClient;
}

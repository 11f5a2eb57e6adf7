import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";

/** As `pg` words it: the query was sent, and its answer did not come in time. */
const TIMED_OUT = "Query read timeout";

/**
 * The pool without connections on which a query timed out: whatever is asked on such a one waits behind that query, and
 * behind a firewall that forgot it nobody tells for a quarter of an hour. It is ended, not given back.
 */
export function withoutHung(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      let hung: Error | undefined;
      const query = async (text: string, values: unknown[]): Promise<pg.QueryResult> => {
        // Of a transaction, whose rollback would wait as long again.
        if (hung !== undefined) throw hung;
        try {
          return await client.query(text, values);
        } catch (error) {
          if (error instanceof Error && error.message === TIMED_OUT) hung = error;
          throw error;
        }
      };
      return poolClient(query, () => client.release(hung));
    },
    end: () => pool.end(),
  };
}

type Query = (text: string, values: unknown[]) => Promise<unknown>;

/** Of the two ways to ask, nobody here uses cursors. */
function poolClient(query: Query, release: () => void): PostgresPoolClient {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { query, release } as PostgresPoolClient;
}

import type { PostgresPool } from "kysely";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./schema.ts";

const TIMESTAMP_WITHOUT_ZONE = 1114;

/**
 * How columns are read. A platform may have made its timestamps without a time zone; they are in UTC then, and not in
 * the zone of whichever machine reads them.
 */
export function columnTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(TIMESTAMP_WITHOUT_ZONE, (text) => new Date(`${text.replace(" ", "T")}Z`));
  return types;
}

/** The tables over a pool, whichever database is behind it. */
export function tablesOver(pool: PostgresPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

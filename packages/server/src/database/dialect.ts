import type { PostgresPool } from "kysely";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./schema.ts";

const TIMESTAMP_WITHOUT_ZONE = 1114;

/**
 * How columns are parsed. A platform may have created its timestamps without a time zone; they are read as UTC, not in
 * the machine's zone.
 */
export function columnTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(TIMESTAMP_WITHOUT_ZONE, (text) => new Date(`${text.replace(" ", "T")}Z`));
  return types;
}

/** A query builder over a pool of either database. */
export function tablesOver(pool: PostgresPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

import type { Migration } from "kysely";
import { sql } from "kysely";

/** Creates the table in which servers that share a queue count the requests of organisations together. */
export const requestCounts: Migration = {
  async up(db) {
    await sql`
      create table siem_request_counts (
        name text not null,
        org_id text not null,
        ends_at timestamptz not null,
        count integer not null,
        things text[] not null,
        primary key (name, org_id)
      )`.execute(db);
    await sql`create index siem_request_counts_ended on siem_request_counts (ends_at)`.execute(db);
  },
};

import type { Migration } from "kysely";
import { sql } from "kysely";

/** Creates the table of the replays of servers that share dead letters. */
export const replays: Migration = {
  async up(db) {
    await sql`
      create table siem_replays (
        id uuid primary key,
        destination_id text not null,
        org_id text not null,
        config_version integer not null,
        filter jsonb not null,
        per_second double precision,
        state text not null,
        reason text,
        fix text,
        is_outdated boolean not null default false,
        is_cancelled boolean not null default false,
        place text not null default '',
        found bigint not null default 0,
        foreign_found bigint not null default 0,
        old_found bigint not null default 0,
        settled bigint not null default 0,
        dead_lettered bigint not null default 0,
        invalid bigint not null default 0,
        started_at timestamptz not null,
        ended_at timestamptz,
        node_id uuid not null,
        epoch bigint not null default 1,
        lease_until timestamptz not null
      )`.execute(db);
    await sql`create index siem_replays_of_destination on siem_replays (destination_id, started_at desc)`.execute(db);
    await sql`create index siem_replays_open on siem_replays (lease_until) where ended_at is null`.execute(db);
  },
};

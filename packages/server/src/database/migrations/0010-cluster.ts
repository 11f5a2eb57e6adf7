import type { Migration } from "kysely";
import { sql } from "kysely";

/**
 * Counts what became of events beside each cursor, so that the sum over partitions is the account of all servers that
 * share a topic. Creates the tables in which these servers tell each other of themselves.
 */
export const cluster: Migration = {
  async up(db) {
    await sql`
      alter table siem_queue_cursors
        add column delivered bigint not null default 0,
        add column filtered bigint not null default 0,
        add column dead_lettered bigint not null default 0,
        add column unreadable bigint not null default 0`.execute(db);
    await sql`create index siem_queue_cursors_of_destination on siem_queue_cursors (topic, destination_id)`.execute(db);
    await sql`
      create table siem_nodes (
        id uuid primary key,
        name text not null,
        version text not null,
        started_at timestamptz not null,
        seen_at timestamptz not null default now(),
        partitions jsonb not null default '[]'
      )`.execute(db);
    await sql`
      create table siem_node_states (
        node_id uuid not null references siem_nodes on delete cascade,
        destination_id text not null,
        state jsonb not null,
        changed_at timestamptz not null default now(),
        primary key (node_id, destination_id)
      )`.execute(db);
    await sql`create index siem_node_states_changed on siem_node_states (changed_at)`.execute(db);
  },
};

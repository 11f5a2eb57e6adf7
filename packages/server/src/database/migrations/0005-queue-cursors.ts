import type { Migration } from "kysely";
import { sql } from "kysely";

/** Creates the tables in which servers that share a Kafka topic record what they have settled. */
export const queueCursors: Migration = {
  async up(db) {
    await sql`
      create table siem_queue_partitions (
        topic text not null,
        partition integer not null,
        epoch bigint not null,
        node text not null,
        read_to bigint,
        claimed_at timestamptz not null default now(),
        primary key (topic, partition)
      )`.execute(db);
    await sql`
      create table siem_queue_cursors (
        topic text not null,
        partition integer not null,
        destination_id text not null,
        settled_to bigint not null,
        unsettled jsonb not null,
        counted_to bigint not null,
        queued bigint not null,
        primary key (topic, partition, destination_id)
      )`.execute(db);
  },
};

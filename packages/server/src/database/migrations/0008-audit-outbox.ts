import type { Migration } from "kysely";
import { sql } from "kysely";

/** Creates the table of audit events of changes that were made at the command line. A server publishes and removes them. */
export const auditOutbox: Migration = {
  async up(db) {
    await sql`
      create table siem_audit_outbox (
        id uuid primary key,
        event jsonb not null,
        created_at timestamptz not null default now(),
        taken_at timestamptz
      )`.execute(db);
  },
};

import type { Migration } from "kysely";
import { sql } from "kysely";

/**
 * Creates the tables of set-up links and of sessions. A session refers to the token or link that it was opened with,
 * and ends with it.
 */
export const consoleAccess: Migration = {
  async up(db) {
    await sql`
      create table siem_setup_links (
        id uuid primary key,
        org_id uuid not null,
        name text,
        hash text not null unique,
        created_by text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        revoked_at timestamptz,
        first_used_at timestamptz,
        last_used_at timestamptz,
        uses integer not null default 0,
        expiry_told_at timestamptz
      )`.execute(db);
    await sql`create index siem_setup_links_org_id on siem_setup_links (org_id, created_at)`.execute(db);
    await sql`
      create table siem_sessions (
        hash text primary key,
        name text not null,
        scopes text not null,
        token_id uuid references siem_tokens on delete cascade,
        setup_link_id uuid references siem_setup_links on delete cascade,
        created_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        expires_at timestamptz not null
      )`.execute(db);
    await sql`create index siem_sessions_token_id on siem_sessions (token_id)`.execute(db);
    await sql`create index siem_sessions_setup_link_id on siem_sessions (setup_link_id)`.execute(db);
  },
};

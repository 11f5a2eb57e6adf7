import type { Migration } from "kysely";
import { sql } from "kysely";

/** Creates the table of bearer tokens: their scopes and hashes. */
export const siemTokens: Migration = {
  async up(db) {
    await sql`
      create table siem_tokens (
        id uuid primary key,
        name text not null,
        scope text not null,
        hash text not null unique,
        created_at timestamptz not null default now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
      )`.execute(db);
    await sql`
      create function siem_tokens_notify() returns trigger language plpgsql as $$
      begin
        perform pg_notify('siem_tokens', coalesce(new.id, old.id)::text);
        return null;
      end $$`.execute(db);
    await sql`
      create trigger siem_tokens_notify after insert or delete on siem_tokens
        for each row execute function siem_tokens_notify()`.execute(db);
    // A new last-used time is no change.
    await sql`
      create trigger siem_tokens_notify_update after update on siem_tokens for each row
        when ((new.scope, new.hash, new.expires_at, new.revoked_at)
          is distinct from (old.scope, old.hash, old.expires_at, old.revoked_at))
        execute function siem_tokens_notify()`.execute(db);
  },
};

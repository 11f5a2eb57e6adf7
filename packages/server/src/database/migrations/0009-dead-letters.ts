import type { Migration } from "kysely";
import { sql } from "kysely";

/**
 * Creates the tables in which servers that share a queue share its dead letters. Counts are kept by a trigger, so that
 * they are exact also after a change by hand, and cost no scan.
 */
export const deadLetters: Migration = {
  async up(db) {
    await sql`
      create table siem_dead_letters (
        seq bigint generated always as identity,
        id text primary key,
        destination_id text not null,
        type text not null,
        org_id text,
        event_id text not null,
        stage text not null,
        reason text not null,
        attempts integer not null,
        ambiguous boolean not null,
        first_attempt_at timestamptz,
        dead_lettered_at timestamptz not null,
        outcome text,
        replayed_at timestamptz,
        bytes integer not null,
        event text not null
      )`.execute(db);
    await sql`
      create index siem_dead_letters_newest on siem_dead_letters (destination_id, dead_lettered_at, id)`.execute(db);
    await sql`
      create index siem_dead_letters_waiting on siem_dead_letters (destination_id, seq) where outcome is null`.execute(
      db,
    );
    await sql`
      create policy siem_dead_letters_of_org on siem_dead_letters using (
        coalesce(current_setting('siem.org_id', true), '') in ('', org_id)
      )`.execute(db);
    await sql`alter table siem_dead_letters enable row level security, force row level security`.execute(db);
    await sql`
      create table siem_dead_letter_counts (
        destination_id text not null,
        org_id text not null,
        stage text not null,
        waiting bigint not null,
        bytes bigint not null,
        primary key (destination_id, org_id, stage)
      )`.execute(db);
    await sql`
      create function siem_dead_letters_count() returns trigger language plpgsql as $$
      begin
        if tg_op <> 'DELETE' then
          insert into siem_dead_letter_counts as counted
          select destination_id, coalesce(org_id, ''), stage, count(*) filter (where outcome is null), sum(bytes)
          from added group by 1, 2, 3 order by 1, 2, 3
          on conflict (destination_id, org_id, stage) do update
          set waiting = counted.waiting + excluded.waiting, bytes = counted.bytes + excluded.bytes;
        end if;
        if tg_op <> 'INSERT' then
          insert into siem_dead_letter_counts as counted
          select destination_id, coalesce(org_id, ''), stage, -count(*) filter (where outcome is null), -sum(bytes)
          from removed group by 1, 2, 3 order by 1, 2, 3
          on conflict (destination_id, org_id, stage) do update
          set waiting = counted.waiting + excluded.waiting, bytes = counted.bytes + excluded.bytes;
        end if;
        return null;
      end $$`.execute(db);
    await sql`
      create trigger siem_dead_letters_added after insert on siem_dead_letters referencing new table as added
        for each statement execute function siem_dead_letters_count()`.execute(db);
    await sql`
      create trigger siem_dead_letters_changed after update on siem_dead_letters
        referencing old table as removed new table as added
        for each statement execute function siem_dead_letters_count()`.execute(db);
    await sql`
      create trigger siem_dead_letters_removed after delete on siem_dead_letters referencing old table as removed
        for each statement execute function siem_dead_letters_count()`.execute(db);
    await sql`
      create table siem_replay_leases (
        destination_id text primary key,
        holder text not null,
        epoch bigint not null,
        expires_at timestamptz not null
      )`.execute(db);
  },
};

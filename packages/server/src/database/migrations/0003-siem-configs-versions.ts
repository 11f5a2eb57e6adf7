import type { Kysely, Migration } from "kysely";
import { sql } from "kysely";

/**
 * Makes versions unique over all rows, also after a row is deleted and created again under its id, or the table is
 * truncated. Adds each server's own counts beside their sum.
 */
export const siemConfigsVersions: Migration = {
  async up(db) {
    await sql`select set_config('lock_timeout', '10s', true)`.execute(db);
    await takeVersionsFromSequence(db);
    await notifyOfMore(db);
    await countByServer(db);
  },
};

type AnyTables = Kysely<unknown>;

/**
 * Takes versions from a sequence. No column owns it, because `truncate … restart identity` would reset an owned one.
 * The functions read it with their owner's rights, so writers of rows need no further right. It wraps around after two
 * thousand million changes: versions are compared for equality, never for order.
 */
async function takeVersionsFromSequence(db: AnyTables): Promise<void> {
  await sql`create sequence if not exists siem_configs_versions as integer cycle`.execute(db);
  await sql`
    select setval('siem_configs_versions', greatest(1, (select max(version) from siem_configs)),
      exists (select from siem_configs))`.execute(db);
  await sql`
    create or replace function siem_configs_count_version() returns trigger language plpgsql
    security definer set search_path = pg_catalog, pg_temp as $$
    declare
      writer text := coalesce(current_setting('siem.writer', true), '');
    begin
      if writer <> 'rotation' then
        new.version := nextval(format('%I.siem_configs_versions', tg_table_schema)::regclass);
      end if;
      if tg_op = 'UPDATE' then
        if writer <> 'rotation' then
          new.updated_at := now();
        end if;
        if writer not in ('server', 'rotation') and new.config is distinct from old.config then
          new.key_id := null;
        end if;
      end if;
      return new;
    end $$`.execute(db);
  await sql`drop trigger siem_configs_count_version on siem_configs`.execute(db);
  await sql`
    create trigger siem_configs_count_version before update on siem_configs for each row
      when ((new.id, new.org_id, new.connector_type, new.config, new.is_enabled, new.name, new.delivery::jsonb,
          new.filter::jsonb)
        is distinct from
        (old.id, old.org_id, old.connector_type, old.config, old.is_enabled, old.name, old.delivery::jsonb,
          old.filter::jsonb))
      execute function siem_configs_count_version()`.execute(db);
  await sql`
    create trigger siem_configs_first_version before insert on siem_configs
      for each row execute function siem_configs_count_version()`.execute(db);
}

/** Notifies of both ids when a row's id changes, and of a possible change of every row when the table is truncated. */
async function notifyOfMore(db: AnyTables): Promise<void> {
  await sql`
    create or replace function siem_configs_notify() returns trigger language plpgsql as $$
    begin
      if tg_op = 'TRUNCATE' then
        perform pg_notify('siem_configs', '');
        return null;
      end if;
      perform pg_notify('siem_configs', coalesce(new.id, old.id)::text);
      if new.id <> old.id then
        perform pg_notify('siem_configs', old.id::text);
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger siem_configs_notify_truncate after truncate on siem_configs
      for each statement execute function siem_configs_notify()`.execute(db);
}

/** Earlier counts belong to no server. Events queued at that time are counted by the server that has them. */
async function countByServer(db: AnyTables): Promise<void> {
  await sql`
    alter table siem_configs add column if not exists counts_by_server jsonb not null default '{}'`.execute(db);
  await sql`
    update siem_configs set counts_by_server = jsonb_build_object('before', counts::jsonb || jsonb_build_object(
      'accepted', (counts::jsonb->>'accepted')::numeric - (counts::jsonb->>'queued')::numeric, 'queued', 0))
    where jsonb_typeof(counts::jsonb) = 'object'
  `.execute(db);
}

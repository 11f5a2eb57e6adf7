import type { Kysely, Migration } from "kysely";
import { sql } from "kysely";

/**
 * A version that no row has twice, whoever deletes it, makes it again under its id, or empties the table; and each
 * server's own counts beside their sum.
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
 * No column owns the sequence: `truncate … restart identity` would begin it anew. The functions ask it as their owner
 * does, so that whoever may write rows needs no new right. It goes round after two thousand million changes: versions
 * are compared for being the same, never for their order.
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

/** Of a row that was given another id both are told, and of a table that was emptied that anything may have changed. */
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

/** What was counted before is nobody's any more. What was queued then is counted by the server that has it. */
async function countByServer(db: AnyTables): Promise<void> {
  await sql`
    alter table siem_configs add column if not exists counts_by_server jsonb not null default '{}'`.execute(db);
  await sql`
    update siem_configs set counts_by_server = jsonb_build_object('before', counts::jsonb || jsonb_build_object(
      'accepted', (counts::jsonb->>'accepted')::numeric - (counts::jsonb->>'queued')::numeric, 'queued', 0))
    where jsonb_typeof(counts::jsonb) = 'object'
  `.execute(db);
}

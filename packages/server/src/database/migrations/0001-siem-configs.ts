import type { Kysely, Migration } from "kysely";
import { sql } from "kysely";

/**
 * Creates the table of organisations' configurations as the platform documents it. When the platform has created it
 * already, its columns stay as they are and missing ones are added.
 */
export const siemConfigs: Migration = {
  async up(db) {
    // Adding columns takes a lock, and all other sessions wait behind it.
    await sql`select set_config('lock_timeout', '10s', true)`.execute(db);
    if (!(await hasTable(db))) await createTable(db);
    await addColumns(db);
    await countVersions(db);
    await notifyOfChanges(db);
    await fenceOrganisations(db);
  },
};

type AnyTables = Kysely<unknown>;

async function hasTable(db: AnyTables): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass('siem_configs') is not null as found`.execute(db);
  return rows[0]?.found === true;
}

async function createTable(db: AnyTables): Promise<void> {
  await sql`
    create table siem_configs (
      id uuid primary key,
      org_id uuid not null,
      connector_type varchar(30) not null,
      config text not null,
      is_enabled boolean not null default true,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db);
}

async function addColumns(db: AnyTables): Promise<void> {
  await sql`
    alter table siem_configs
      add column if not exists last_delivery_at timestamptz,
      add column if not exists delivery_status varchar(20) not null default 'pending',
      add column if not exists name text,
      add column if not exists delivery jsonb not null default '{}',
      add column if not exists filter jsonb not null default '{}',
      add column if not exists secret_changes jsonb not null default '{}',
      add column if not exists version integer not null default 1,
      add column if not exists key_id text,
      add column if not exists last_error text,
      add column if not exists fix text,
      add column if not exists error_since timestamptz,
      add column if not exists counts jsonb`.execute(db);
  await sql`
    create index if not exists siem_configs_org_id_created_at on siem_configs (org_id, created_at)`.execute(db);
}

/**
 * Increments the version with every change of what users set, by any writer. Our own writes name themselves in
 * `siem.writer`: a key rotation is no change, and a config from another writer has a key id unknown to us.
 */
async function countVersions(db: AnyTables): Promise<void> {
  await sql`
    create function siem_configs_count_version() returns trigger language plpgsql as $$
    declare
      writer text := coalesce(current_setting('siem.writer', true), '');
    begin
      if writer <> 'rotation' then
        new.version := old.version + 1;
        new.updated_at := now();
      end if;
      if writer not in ('server', 'rotation') and new.config is distinct from old.config then
        new.key_id := null;
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger siem_configs_count_version before update on siem_configs for each row
      when ((new.org_id, new.connector_type, new.config, new.is_enabled, new.name, new.delivery::jsonb, new.filter::jsonb)
        is distinct from
        (old.org_id, old.connector_type, old.config, old.is_enabled, old.name, old.delivery::jsonb, old.filter::jsonb))
      execute function siem_configs_count_version()`.execute(db);
}

async function notifyOfChanges(db: AnyTables): Promise<void> {
  await sql`
    create function siem_configs_notify() returns trigger language plpgsql as $$
    begin
      perform pg_notify('siem_configs', coalesce(new.id, old.id)::text);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger siem_configs_notify after insert or delete on siem_configs
      for each row execute function siem_configs_notify()`.execute(db);
  await sql`
    create trigger siem_configs_notify_update after update on siem_configs for each row
      when (new.version is distinct from old.version) execute function siem_configs_notify()`.execute(db);
}

/**
 * Row-level security: a session that sets `siem.org_id` sees that organisation's rows only; one that does not is
 * unrestricted. The policy is restrictive, so that a platform's existing policies stay in force.
 */
async function fenceOrganisations(db: AnyTables): Promise<void> {
  const { rows } = await sql<{ fenced: boolean }>`
    select relrowsecurity as fenced from pg_class where oid = to_regclass('siem_configs')
  `.execute(db);
  await sql`
    create policy siem_configs_of_org on siem_configs as restrictive using (
      coalesce(current_setting('siem.org_id', true), '') in ('', org_id::text)
    )`.execute(db);
  if (rows[0]?.fenced === true) return;
  // A restrictive policy only removes rows; without a permissive one there would be none.
  await sql`create policy siem_configs_all on siem_configs using (true)`.execute(db);
  await sql`alter table siem_configs enable row level security, force row level security`.execute(db);
}

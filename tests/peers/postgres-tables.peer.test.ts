import { describe, expect, it } from "vitest";
import type { StoredStatus } from "../../packages/server/src/database/siem-config-status.ts";
import type { SiemConfigInput } from "../../packages/server/src/organisations/configs/siem-config.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import { platformRow } from "./postgres/platform-table.ts";
import { pythonKeys } from "./python-fernet.ts";

const acme = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const db = useFreshDatabase(pythonKeys(1));

const input: SiemConfigInput = {
  connectorType: "elastic",
  name: "SOC",
  isEnabled: true,
  settings: { url: "https://es.example", api_key: "s3cret" },
  delivery: { batch_size: 50 },
  filter: {},
  secretChanges: {},
};

const failed: StoredStatus = {
  deliveryStatus: "failed",
  lastDeliveryAt: new Date("2026-11-25T18:00:00Z"),
  lastError: "401",
  fix: "Enter a new token.",
  errorSince: new Date("2026-11-25T18:00:00Z"),
  counts: { accepted: 3, delivered: 1, filtered: 0, dead_lettered: 0, queued: 2 },
};

/** Whether anything of ours is in the database. */
function untouched(): boolean {
  const columns =
    "select count(*) from information_schema.columns where table_schema = 'public' and column_name in ('version', 'key_id')";
  return db.sql(columns) === "0" && db.sql("select to_regclass('siem_tokens') is null") === "t";
}

const statusEnum = (labels: string) =>
  `create type health as enum (${labels}); alter table siem_configs alter delivery_status type health using delivery_status::health;`;

describe("a table of the platform on which the server cannot work", () => {
  it.each([
    [
      "an enum without pending",
      statusEnum("'healthy', 'degraded', 'failed'"),
      /delivery_status is the enum health without pending/,
    ],
    [
      "a check without pending",
      "alter table siem_configs add constraint known_status check (delivery_status in ('healthy', 'failed'))",
      /delivery_status|known_status/,
    ],
    [
      "a column that must be given",
      "alter table siem_configs add created_by uuid not null default gen_random_uuid(); alter table siem_configs alter created_by drop default",
      /siem_configs\.created_by is NOT NULL/,
    ],
    [
      "a short type",
      "alter table siem_configs alter connector_type type varchar(12)",
      /siem_configs\.connector_type is character varying\(12\)/,
    ],
    [
      "short settings",
      "alter table siem_configs alter config type varchar(4000)",
      /siem_configs\.config is character varying\(4000\)/,
    ],
    [
      "a generated column",
      "alter table siem_configs drop is_enabled; alter table siem_configs add is_enabled boolean not null generated always as (true) stored",
      /siem_configs\.is_enabled is generated/,
    ],
    [
      "ids that are numbers",
      "alter table siem_configs drop id; alter table siem_configs add id bigserial primary key",
      /siem_configs\.id is bigint/,
    ],
    [
      "ids that are texts but no UUIDs",
      "alter table siem_configs alter id type text using 'config-' || id",
      /siem_configs\.id is text and holds "config-/,
    ],
    [
      "ids that are not unique",
      "alter table siem_configs drop constraint siem_configs_pkey",
      /siem_configs\.id is not unique/,
    ],
    [
      "times that are numbers",
      "alter table siem_configs alter created_at type bigint using 0",
      /siem_configs\.created_at is bigint/,
    ],
    ["a version of its own", "alter table siem_configs add version text", /siem_configs\.version is text/],
    [
      "a trigger that refuses",
      `create function no() returns trigger language plpgsql as $$ begin raise exception 'nobody changes this'; end $$;
       create trigger no before update on siem_configs for each row execute function no();`,
      /nobody changes this/,
    ],
    [
      "a policy that hides rows",
      "alter table siem_configs enable row level security, force row level security; create policy only_mine on siem_configs using (false) with check (true)",
      /policy hides/,
    ],
  ])("is refused before anything is changed: %s", async (_what, change, said) => {
    db.platformTable([platformRow(acme, "splunk_hec", {})]);
    db.sql(`${change}; grant all on all tables in schema public to platform`);
    for (const words of [["db", "migrate"]]) {
      const { exitCode, stderr } = await db.command(words);
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(said)]);
    }
    expect(untouched() || _what === "a version of its own").toBe(true);
  });

  it("is refused when it is a view", async () => {
    db.platformTable([]);
    db.sql(
      "alter table siem_configs rename to configs; create view siem_configs as select * from configs; alter view siem_configs owner to platform",
    );
    const { exitCode, stderr } = await db.command(["db", "migrate", "--dry-run"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("siem_configs is a view")]);
  });

  it("is refused with every reason at once", async () => {
    db.platformTable([]);
    db.sql(
      "alter table siem_configs alter config type varchar(100), alter created_at type text using '', add tenant int not null",
    );
    const { stderr } = await db.command(["db", "migrate"]);
    for (const column of ["config", "created_at", "tenant"]) expect(stderr).toContain(`siem_configs.${column} is`);
  });
});

describe("a table of the platform that is made otherwise", () => {
  it.each([
    ["an enum of states", statusEnum("'pending', 'healthy', 'degraded', 'failed'")],
    [
      "json",
      "alter table siem_configs add delivery json not null default '{}', add filter json not null default '{}', add counts json",
    ],
    ["ids as texts", "alter table siem_configs alter id type varchar(36), alter org_id type varchar(36)"],
    ["one configuration of a type", "alter table siem_configs add unique (org_id, connector_type)"],
    [
      "known organisations",
      `create table organisations (id uuid primary key); insert into organisations select org_id from siem_configs;
       alter table siem_configs add foreign key (org_id) references organisations (id)`,
    ],
    [
      "more columns",
      "alter table siem_configs add created_by text, add shard int not null default 7, add serial bigint generated always as identity",
    ],
    [
      "a trigger of its own",
      `create function touch() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
       create trigger touch before update on siem_configs for each row execute function touch();`,
    ],
  ])("is worked on: %s", async (_what, change) => {
    db.platformTable([platformRow(acme, "splunk_hec", { token: "x" })]);
    db.sql(`${change}; grant all on all tables in schema public to platform`);
    const configs = await db.migratedStore();
    const { id } = await configs.forOrg(acme).create(input);
    expect(await configs.forOrg(acme).update(id, { delivery: { batch_size: 7 }, isEnabled: false })).toMatchObject({
      kind: "done",
    });
    expect(await configs.writeStatuses(new Map([[id, failed]]))).toEqual(new Set([id]));
    expect(await configs.forOrg(acme).get(id)).toMatchObject({
      delivery: { batch_size: 7 },
      isEnabled: false,
      status: failed,
    });
    expect(db.sql(`select delivery_status || ' ' || (counts->>'queued') from siem_configs where id = '${id}'`)).toBe(
      "failed 2",
    );
    expect(await configs.forOrg(acme).remove(id)).toMatchObject({ kind: "done" });
    expect(await db.command(["db", "migrate"])).toMatchObject({ exitCode: 0, answer: { migrations: [] } });
  });
});

it("a role that lacks a right is named with it when the server starts", async () => {
  await db.migratedStore();
  db.sql(
    "grant select, insert, update on siem_configs to siem_server; grant select, update on siem_tokens to siem_server; grant select on siem_migrations to siem_server",
  );
  await expect(db.store("siem_server")).rejects.toThrow(/role siem_server lacks rights .*: delete on siem_configs\./);
});

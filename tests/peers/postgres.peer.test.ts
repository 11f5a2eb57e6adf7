import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ConfigStore } from "../../packages/server/src/organisations/configs/config-store.ts";
import type { StoredStatus } from "../../packages/server/src/database/siem-config-status.ts";
import type { SiemConfigInput } from "../../packages/server/src/organisations/configs/siem-config.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import { openPeer } from "./postgres/opened.ts";
import { platformRow } from "./postgres/platform-table.ts";
import { pythonKeys } from "./python-fernet.ts";
import { migrations } from "../../packages/server/src/database/migrations/index.ts";
import { until } from "./until.ts";

// What times without a zone mean must not depend on where this runs.
process.env["TZ"] = "America/New_York";

const acme = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const other = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002";

const input: SiemConfigInput = {
  connectorType: "splunk_hec",
  name: "SOC",
  isEnabled: true,
  settings: { url: "https://splunk.example", token: "s3cret" },
  delivery: {},
  filter: {},
  secretChanges: {},
};

const unknownStatus: StoredStatus = {
  deliveryStatus: "pending",
  lastDeliveryAt: null,
  lastError: null,
  fix: null,
  errorSince: null,
  counts: null,
};

const db = useFreshDatabase(pythonKeys(1));

describe("db migrate", () => {
  const all = Object.keys(migrations);

  it("makes all tables in an empty database, and does nothing the second time", async () => {
    expect(await db.command(["db", "migrate", "--dry-run"])).toMatchObject({ answer: { migrations: all } });
    expect(await db.command(["db", "migrate"])).toMatchObject({
      exitCode: 0,
      answer: { database: `127.0.0.1:${db.peer().port}/${db.name()}`, migrations: all, row_security: true },
    });
    expect(await db.command(["db", "migrate"])).toMatchObject({ exitCode: 0, answer: { migrations: [] } });
    const configs = await db.store();
    const { id } = await configs.forOrg(acme).create(input);
    expect(await configs.read([id])).toMatchObject([{ ...input, version: expect.any(Number) }]);
  });

  it("is safe when three run at once", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => db.command(["db", "migrate"])));
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(runs.map(() => [0, ""]));
    expect(runs.flatMap(({ answer }) => answer.migrations as string[]).toSorted((a, b) => a.localeCompare(b))).toEqual(
      all,
    );
  });

  it("is asked for by name when a command finds no tables, which makes none", async () => {
    const { exitCode, stderr } = await db.command(["tokens", "list"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("arbitex-siem db migrate")]);
    expect(db.sql("select count(*) from pg_tables where schemaname = 'public'")).toBe("0");
  });

  it("says that a superuser is above the fence between organisations", async () => {
    const migrated = await db.command(["db", "migrate"], db.environment("postgres"));
    expect(migrated).toMatchObject({ exitCode: 0, answer: { row_security: false } });
  });

  it("gives up when somebody keeps the table for long, and has changed nothing", async () => {
    db.platformTable([platformRow(acme, "elastic", {})]);
    const session = db.openSession();
    await session.run("begin; lock table siem_configs in access share mode;");
    const { exitCode, stderr } = await db.command(["db", "migrate"]);
    await session.end();
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("Another session has had the table for 10 s")]);
    expect(await db.command(["db", "migrate"])).toMatchObject({ exitCode: 0, answer: { migrations: all } });
  });

  it("refuses a table of the same name that is not the platform's", async () => {
    db.sql("create table siem_configs (id int); alter table siem_configs owner to platform;");
    const { exitCode, stderr } = await db.command(["db", "migrate"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("without org_id, connector_type, config")]);
  });

  it("says who may run it", async () => {
    db.platformTable([platformRow(acme, "elastic", {})]);
    db.sql("alter table siem_configs owner to postgres");
    const { exitCode, stderr } = await db.command(["db", "migrate"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("as the owner of the tables")]);
  });

  it.each([
    ["a port where nobody listens", "postgresql://siem:s3cret@127.0.0.1:1/x", "start the database"],
    ["a database that is not there", "nowhere", "Create the database"],
    ["a role that is not there", "nobody", "cannot be used"],
  ])("says what is wrong with the address, without the password: %s", async (_name, given, said) => {
    const url =
      given === "nowhere"
        ? db.peer().urlOf("nowhere")
        : given === "nobody"
          ? db.peer().urlOf(db.name(), "nobody:s3cret")
          : given;
    const { exitCode, stderr } = await db.command(["db", "migrate"], { ...db.environment(), DATABASE_URL: url });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stderr).not.toContain("s3cret");
  });
});

describe("a table that the platform made", () => {
  const splunk = platformRow(acme, "splunk_hec", { url: "https://splunk", token: "tökén" });
  const elastic = platformRow(other, "elastic", { url: "https://es" });

  it("is read as it is, its times in UTC", async () => {
    db.platformTable([splunk, elastic]);
    const configs = await db.migratedStore();
    expect(await configs.forOrg(acme).list()).toMatchObject([
      {
        id: splunk.id,
        orgId: acme,
        connectorType: "splunk_hec",
        name: null,
        settings: splunk.settings,
        version: 1,
        createdAt: new Date("2026-11-25T12:00:00Z"),
        status: { deliveryStatus: "healthy", lastDeliveryAt: null },
      },
    ]);
    const before = Date.now();
    const { createdAt, status } = await configs.forOrg(acme).create(input);
    expect([status.deliveryStatus, Math.abs(createdAt.getTime() - before) < 5000]).toEqual(["pending", true]);
    const failed: StoredStatus = { ...status, lastDeliveryAt: new Date("2026-11-25T18:00:00Z") };
    await configs.writeStatuses(new Map([[splunk.id, failed]]));
    expect(await configs.read([splunk.id])).toMatchObject([{ status: failed }]);
  });

  it("still takes the platform's rows, and counts its changes", async () => {
    db.platformTable([splunk]);
    const configs = await db.migratedStore();
    db.platformRows([elastic]);
    const before = await configs.versions();
    db.sql(`update siem_configs set is_enabled = false, updated_at = now() where id = '${splunk.id}'`);
    db.sql(`update siem_configs set delivery_status = 'failed' where id = '${elastic.id}'`);
    const after = await configs.versions();
    expect([...after.keys()].toSorted()).toEqual([splunk.id, elastic.id].toSorted());
    expect(after.get(splunk.id)).toBeGreaterThan(before.get(splunk.id) ?? Number.NaN);
    // What a server writes of how a destination fares changes nothing that it does.
    expect(after.get(elastic.id)).toBe(before.get(elastic.id));
  });

  it("keeps policies of its own, and gets the fence besides", async () => {
    db.platformTable([splunk, elastic]);
    db.sql(`alter table siem_configs enable row level security;
       create policy own on siem_configs using (connector_type = 'elastic');
       grant select on siem_configs to siem_server;`);
    await db.migratedStore();
    const seen = (org: string) =>
      db.sql(
        `begin; set local role siem_server; set local siem.org_id = '${org}'; select id from siem_configs; commit;`,
      );
    expect([seen(""), seen(other), seen(acme)]).toEqual([elastic.id, elastic.id, ""]);
  });
});

/** What the server's role sees who names this organisation, or none. */
function seenBy(org: string, statement = "select count(*) from siem_configs"): string {
  return db.sql(`begin; set local role siem_server; set local siem.org_id = '${org}'; ${statement}; commit;`);
}

describe("row-level security", () => {
  it("keeps organisations apart even where a condition is forgotten", async () => {
    const configs = await db.migratedStore();
    db.sql(
      "grant select, insert, update, delete on siem_configs, siem_tokens, siem_setup_links, siem_sessions, siem_audit_outbox to siem_server;",
    );
    const { id } = await configs.forOrg(acme).create(input);
    await configs.forOrg(other).create(input);
    expect([seenBy(""), seenBy(acme), seenBy(other)]).toEqual(["2", "1", "1"]);
    seenBy(other, `update siem_configs set name = 'stolen' where id = '${id}'`);
    seenBy(other, `delete from siem_configs where id = '${id}'`);
    expect(await configs.forOrg(acme).get(id)).toMatchObject({ name: "SOC" });
    expect(() => seenBy(acme, `update siem_configs set org_id = '${other}'`)).toThrow(/row-level security/);
  });

  it("holds for the server's role, which needs no more than the rights that are documented", async () => {
    await db.migratedStore();
    db.sql(`grant select, insert, update, delete on siem_configs, siem_tokens, siem_setup_links, siem_sessions, siem_audit_outbox to siem_server;
       grant select on siem_migrations to siem_server;`);
    const configs = await db.store("siem_server");
    const { id, version } = await configs.forOrg(acme).create(input);
    expect(await configs.forOrg(acme).update(id, { name: "renamed" }, version)).toMatchObject({ kind: "done" });
    expect(await configs.forOrg(other).get(id)).toBeUndefined();
    expect([...(await configs.versions()).keys()]).toEqual([id]);
    expect(await db.command(["tokens", "create", "--scope", "ingest"], db.environment("siem_server"))).toMatchObject({
      exitCode: 0,
    });
  });
});

async function watched(configs: ConfigStore) {
  const told: (string | undefined)[] = [];
  const watching = new AbortController();
  onTestFinished(() => watching.abort());
  configs.watch((id) => told.push(id), watching.signal);
  const heard = (count: number, limitMs: number) => until(() => told.length >= count, { what: "a notice", limitMs });
  await heard(1, 5000);
  return { told, heard };
}

describe("changes", () => {
  it("are heard within a second, whoever makes them", async () => {
    const configs = await db.migratedStore();
    const { told, heard } = await watched(configs);
    const { id } = await configs.forOrg(acme).create(input);
    await heard(2, 1000);
    db.sql(`update siem_configs set is_enabled = false where id = '${id}'`);
    await heard(3, 1000);
    db.sql(`delete from siem_configs where id = '${id}'`);
    await heard(4, 1000);
    expect(told).toEqual([undefined, id, id, id]);
  });

  it("are looked for again after the connection was lost, and heard from then on", async () => {
    const configs = await db.migratedStore();
    const { told, heard } = await watched(configs);
    db.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${db.name()}' and query = 'listen siem_configs'`,
    );
    await heard(2, 5000);
    const { id } = await configs.forOrg(acme).create(input);
    await heard(3, 1000);
    expect(told).toEqual([undefined, undefined, id]);
  });

  it("may lose their connection in the middle of a transaction, which ends that and nothing else", async () => {
    await db.migratedStore();
    const database = await openPeer(db.environment().DATABASE_URL);
    onTestFinished(() => database.close());
    const lost = database.query.transaction().execute(async (transaction) => {
      await transaction.selectFrom("siem_tokens").select("id").execute();
      db.sql(`select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'`);
      // The connection ends while no statement is under way.
      await setTimeout(200);
      await transaction.selectFrom("siem_tokens").select("id").execute();
    });
    await expect(lost).rejects.toThrow(/terminat|not queryable/);
    expect(await database.query.selectFrom("siem_tokens").select("id").execute()).toEqual([]);
  });

  it("are not listened for any more once the database is closed", async () => {
    await db.migratedStore();
    const database = await openPeer(db.environment().DATABASE_URL);
    const told: (string | undefined)[] = [];
    database.listen("siem_configs", (id) => told.push(id), new AbortController().signal);
    await until(() => told.length === 1, { what: "listening", limitMs: 5000 });
    await database.close();
    const listening = () =>
      db.sql(`select count(*) from pg_stat_activity where datname = '${db.name()}' and query = 'listen siem_configs'`);
    await until(() => listening() === "0", { what: "the end of its connection", limitMs: 5000 });
  });

  it("are looked for again after PostgreSQL was down, and the store works again", async () => {
    const configs = await db.migratedStore();
    const { told, heard } = await watched(configs);
    await db.peer().stop();
    await expect(configs.versions()).rejects.toThrow(/ECONNREFUSED|terminat/);
    await db.peer().start();
    await heard(2, 20_000);
    const { id } = await configs.forOrg(acme).create(input);
    await heard(3, 1000);
    expect(told).toEqual([undefined, undefined, id]);
  });
});

it("of two servers that change one version of a row at once, one is told that it was too late", async () => {
  const [one, two] = [await db.migratedStore(), await db.store()];
  const { id } = await one.forOrg(acme).create(input);
  for (let change = 1; change <= 20; change++) {
    const version = (await one.versions()).get(id);
    const results = await Promise.all(
      [one, two].map((configs, at) => configs.forOrg(acme).update(id, { name: `server ${at}, ${change}` }, version)),
    );
    const kinds = results.map(({ kind }) => kind).toSorted((a, b) => a.localeCompare(b));
    expect(kinds).toEqual(["conflict", "done"]);
  }
});

it("two servers write statuses of the same rows at once without waiting for each other for ever", async () => {
  const [one, two] = [await db.migratedStore(), await db.store()];
  const ids: string[] = [];
  for (let at = 0; at < 40; at++) ids.push((await one.forOrg(acme).create(input)).id);
  const status: StoredStatus = { ...unknownStatus, deliveryStatus: "healthy", lastDeliveryAt: new Date() };
  const rounds = Array.from({ length: 50 }, () => [
    one.writeStatuses(new Map(ids.map((id) => [id, status]))),
    two.writeStatuses(new Map(ids.toReversed().map((id) => [id, status]))),
  ]);
  await Promise.all(rounds.flat());
  expect((await one.read(ids)).every((config) => config.status.deliveryStatus === "healthy")).toBe(true);
});

it("statuses of ten thousand rows are written in seconds, not minutes", { timeout: 30_000 }, async () => {
  const configs = await db.migratedStore();
  db.sql(`insert into siem_configs (id, org_id, connector_type, config)
    select gen_random_uuid(), '${acme}', 'splunk_hec', 'x' from generate_series(1, 10000)`);
  const ids = [...(await configs.versions()).keys()];
  const status: StoredStatus = { ...unknownStatus, deliveryStatus: "degraded" };
  await configs.writeStatuses(new Map(ids.map((id) => [id, status])));
  expect(db.sql("select delivery_status, count(*) from siem_configs group by 1")).toBe("degraded|10000");
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import type { Running } from "../server/command.ts";
import { start } from "../server/command.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import type { PlatformRow } from "./postgres/platform-table.ts";
import { platformRow } from "./postgres/platform-table.ts";
import { pythonKeys } from "./python-fernet.ts";
import type { SilentProxy } from "./silent-proxy.ts";
import { startSilentProxy } from "./silent-proxy.ts";
import { until } from "./until.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const OTHER = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002";
const db = useFreshDatabase(pythonKeys(1));

let folder: string;
let splunk: HecSimulator;
let next: HecSimulator;
let proxy: SilentProxy;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "troubled-"));
  [splunk, next, proxy] = await Promise.all([
    startHecSimulator(),
    startHecSimulator(),
    startSilentProxy(db.peer().port),
  ]);
});
afterEach(async () => {
  await Promise.all([splunk.close(), next.close(), proxy.close()]);
  await rm(folder, { recursive: true });
});

interface Server {
  readonly running: Running;
  readonly origin: string;
}

/** A server whose way to PostgreSQL can fall silent. */
async function serve(name = "one"): Promise<Server> {
  const environment = db.environment();
  const running = start(["run", "--port", "0"], {
    ...environment,
    DATABASE_URL: environment.DATABASE_URL.replace(`:${db.peer().port}/`, `:${proxy.port}/`),
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, name, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, name, "dead-letters"),
    SIEM_CONFIG: join(import.meta.dirname, "postgres", "reach-loopback.yaml"),
  });
  onTestFinished(async () => {
    running.process.kill("SIGKILL");
    await running.finished;
  });
  return { running, origin: (await running.says(/Listening on (http:\S+)/))[1] ?? "" };
}

async function migrated(rows: readonly PlatformRow[]): Promise<void> {
  db.platformTable(rows);
  expect(await db.command(["db", "migrate"])).toMatchObject({ exitCode: 0 });
}

async function publish({ origin }: Server, count: number, orgId = ORG): Promise<void> {
  const generator = createEventGenerator({ seed: 7, orgIds: [orgId] });
  const body = Array.from({ length: count }, () => JSON.stringify(generator.next())).join("\n");
  const headers = { "content-type": "application/x-ndjson" };
  const reply = await fetch(`${origin}/v1/events`, { method: "POST", headers, body });
  expect(await reply.json()).toMatchObject({ accepted: count });
}

/** Asks the API as an administrator for an organisation. */
async function api({ origin }: Server, method: string, path: string, body?: object) {
  const token = await adminToken();
  const reply = await fetch(`${origin}${path}${path.includes("?") ? "&" : "?"}org_id=${ORG}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, json: text === "" ? undefined : JSON.parse(text) };
}

const tokens = new Map<string, string>();

async function adminToken(): Promise<string> {
  const known = tokens.get(db.name());
  if (known !== undefined) return known;
  const { answer } = await db.command(["tokens", "create", "--scope", "admin"]);
  const { token } = z.looseObject({ token: z.string() }).parse(answer);
  tokens.set(db.name(), token);
  return token;
}

const withSeconds = (limitMs: number, what: string) => ({ what, limitMs });

describe("rows that others change", () => {
  it("are applied when they are deleted and made again under their id, or restored from a copy", async () => {
    const [old, fresh] = [platformRow(ORG, "splunk_hec", splunk.config), platformRow(ORG, "splunk_hec", next.config)];
    await migrated([old, fresh]);
    db.sql(
      `create table saved as select * from siem_configs where id = '${fresh.id}'; delete from siem_configs where id = '${fresh.id}'`,
    );
    const server = await serve();
    await publish(server, 10);
    await until(() => splunk.stored.length === 10, withSeconds(10_000, "events at the old address"));
    // In one transaction, with the version that the row had: what a restore does.
    db.sql(`begin; delete from siem_configs where id = '${old.id}';
      update saved set id = '${old.id}', version = 1; insert into siem_configs select * from saved; commit`);
    const applied = async () => {
      const { json } = await api(server, "GET", `/v1/org/siem-configs/${old.id}/status`);
      return json.applied_version === json.desired_version;
    };
    await until(applied, withSeconds(10_000, "the row"));
    await publish(server, 10);
    await until(() => next.stored.length === 10, withSeconds(10_000, "events at the new address"));
    expect(splunk.stored).toHaveLength(10);
  });

  it("are another organisation's from the moment they are given away, and nothing of the first reaches it", async () => {
    const row = platformRow(ORG, "splunk_hec", { ...splunk.config, token: "00000000-0000-4000-8000-000000000000" });
    await migrated([row]);
    const server = await serve();
    await publish(server, 40);
    const status = () => db.sql("select delivery_status || (counts->>'queued') from siem_configs");
    await until(() => status() === "failed40", withSeconds(20_000, "the refused credential"));
    // Given to the other, with its working token, in one statement.
    const theirs = platformRow(OTHER, "splunk_hec", splunk.config);
    db.platformRows([theirs]);
    db.sql(`begin; create temp table given as select config from siem_configs where id = '${theirs.id}';
      delete from siem_configs where id = '${theirs.id}';
      update siem_configs set org_id = '${OTHER}', config = (select config from given); commit`);
    await until(() => /another organisation's now/.test(server.running.stderr()), withSeconds(10_000, "the change"));
    await publish(server, 5, OTHER);
    await publish(server, 5, ORG);
    await until(() => splunk.stored.length === 5, withSeconds(15_000, "the other's events"));
    await until(() => status() === "healthy0", withSeconds(15_000, "the state"));
    expect(splunk.stored).toHaveLength(5);
    const { answer } = await db.command(["dead-letters", "list"], {
      ...db.environment(),
      SIEM_DEAD_LETTER_PATH: join(folder, "one", "dead-letters"),
    });
    expect(JSON.stringify(answer)).toContain("removed");
  });

  it("given away while no server ran send nothing of the first organisation to the second", async () => {
    const row = platformRow(ORG, "splunk_hec", { ...splunk.config, token: "00000000-0000-4000-8000-000000000000" });
    const theirs = platformRow(OTHER, "splunk_hec", splunk.config);
    await migrated([row, theirs]);
    const server = await serve();
    await publish(server, 40);
    server.running.process.kill("SIGKILL");
    await server.running.finished;
    db.sql(`begin; create temp table given as select config from siem_configs where id = '${theirs.id}';
      delete from siem_configs where id = '${theirs.id}';
      update siem_configs set org_id = '${OTHER}', config = (select config from given); commit`);
    const again = await serve();
    await publish(again, 5, OTHER);
    await until(() => splunk.stored.length === 5, withSeconds(15_000, "the other's events"));
    const { json } = await api(again, "GET", "/v1/org/siem-configs");
    expect([json, splunk.stored.length]).toEqual([[], 5]);
  });
});

describe("a database that is locked, slow or silent", () => {
  it("keeps one locked row's trouble its own", async () => {
    const rows = [1, 2, 3].map(() => platformRow(ORG, "splunk_hec", splunk.config));
    await migrated(rows);
    const server = await serve();
    const [lockedId = "", otherId = ""] = rows.map(({ id }) => id);
    await api(server, "GET", "/v1/org/siem-configs");
    const session = db.openSession();
    await session.run(`begin; select 1 from siem_configs where id = '${lockedId}' for update;`);
    // More than there are connections.
    const stuck = Array.from({ length: 12 }, () =>
      api(server, "PATCH", `/v1/org/siem-configs/${lockedId}`, { name: "late" }),
    );
    let isOneAnswered = false;
    void Promise.race(stuck).then(() => (isOneAnswered = true));
    const free = await api(server, "PATCH", `/v1/org/siem-configs/${otherId}`, { name: "in time" });
    expect([free.status, isOneAnswered]).toEqual([200, false]);
    for (const { status, headers, json } of await Promise.all(stuck)) {
      expect([status, json.code, Number(headers.get("retry-after")) > 0]).toEqual([503, "unavailable", true]);
    }
    // The others' states are written all the same.
    await publish(server, 9);
    const written = () =>
      db.sql(`select count(*) from siem_configs where delivery_status = 'healthy' and counts is not null`);
    await until(() => written() === "2", withSeconds(15_000, "the others' states"));
    await session.end();
    await until(() => written() === "3", withSeconds(15_000, "the locked row's state"));
  });

  it("is answered 503 with Retry-After when it is silent, and when it refuses", async () => {
    const row = platformRow(ORG, "splunk_hec", splunk.config);
    await migrated([row]);
    const server = await serve();
    await api(server, "GET", "/v1/org/siem-configs");
    const asked = () =>
      Promise.all([
        api(server, "GET", "/v1/org/siem-configs"),
        api(server, "PATCH", `/v1/org/siem-configs/${row.id}`, { name: "x" }),
        api(server, "GET", `/v1/org/siem-configs/${row.id}/dead-letters`),
        api(server, "POST", "/v1/org/siem-configs", { connector_type: "splunk_hec", config: splunk.config }),
      ]);
    proxy.silence();
    const began = Date.now();
    const silent = await asked();
    // Nothing would be answered at all.
    expect(Date.now() - began).toBeLessThan(100_000);
    proxy.recover();
    await db.peer().stop();
    const refused = await asked();
    await db.peer().start();
    for (const { status, headers, json } of [...silent, ...refused]) {
      expect([status, json.code, headers.get("retry-after")]).toEqual([503, "unavailable", "5"]);
      expect(JSON.stringify(json)).not.toContain("127.0.0.1");
    }
    await until(
      async () => (await api(server, "GET", "/v1/org/siem-configs")).status === 200,
      withSeconds(20_000, "it"),
    );
    await publish(server, 3);
  });

  it("does not keep a server that is asked to end, which gives its account", async () => {
    await migrated(Array.from({ length: 20 }, () => platformRow(ORG, "splunk_hec", splunk.config)));
    const server = await serve();
    await publish(server, 10);
    await until(() => splunk.stored.length === 200, withSeconds(15_000, "the events"));
    proxy.silence();
    void api(server, "GET", "/v1/org/siem-configs").catch(() => undefined);
    // A change that nobody can read any more.
    db.sql("update siem_configs set is_enabled = false");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const began = Date.now();
    server.running.process.kill("SIGTERM");
    const { exitCode, stdout } = await server.running.finished;
    expect(Date.now() - began).toBeLessThan(60_000);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("10 accepted, 0 refused")]);
  });
});

it("two servers add up what they counted, over restarts", async () => {
  const row = platformRow(ORG, "splunk_hec", splunk.config);
  await migrated([row]);
  const counts = () => db.sql("select counts->>'accepted', counts->>'delivered', counts->>'queued' from siem_configs");
  const [one, two] = [await serve("one"), await serve("two")];
  await publish(one, 30);
  await publish(two, 12);
  await until(() => counts() === "42|42|0", withSeconds(15_000, "both accounts"));
  one.running.process.kill("SIGKILL");
  await one.running.finished;
  await publish(await serve("one"), 8);
  await publish(two, 1);
  await until(() => counts() === "51|51|0", withSeconds(15_000, "all accounts"));
  expect(db.sql("select count(*) from siem_configs, jsonb_object_keys(counts_by_server)")).toBe("2");
});

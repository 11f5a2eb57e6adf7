import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createFakeClock } from "../../../../core/test/fake-clock.ts";
import { secret } from "../../../test/fernet-vectors.ts";
import { createTestDatabase, emptyTables } from "../../../test/test-database.ts";
import type { Database } from "../../database/database.ts";
import { createFernet } from "../secrets/fernet.ts";
import { parseFernetKeys } from "../secrets/fernet-keys.ts";
import { createSettingsCipher } from "../secrets/encrypted-settings.ts";
import type { ConfigStore } from "./config-store.ts";
import type { StoredStatus } from "../../database/siem-config-status.ts";
import type { SiemConfigInput } from "./siem-config.ts";
import { createSqlConfigStore } from "./sql-config-store.ts";

const acme = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const other = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002";
const keys = parseFernetKeys(secret);
const clock = createFakeClock();
const cipher = createSettingsCipher({ keys, now: clock.now });
const fernet = createFernet({ keys, now: clock.now });

let database: Database;
let store: ConfigStore;
beforeAll(async () => {
  database = await createTestDatabase();
  store = createSqlConfigStore({ database, cipher, clock });
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const input: SiemConfigInput = {
  connectorType: "splunk_hec",
  name: "SOC",
  isEnabled: true,
  settings: { url: "https://splunk.example", token: "s3cret" },
  delivery: { batch_size: 50 },
  filter: { min_severity_id: 2 },
  secretChanges: { token: "2026-11-25T12:00:00.000Z" },
};

/** As the platform writes a row: its own columns, and settings that name no place. */
async function writtenByPlatform(settings: unknown, orgId = acme): Promise<string> {
  const id = randomUUID();
  await sql`insert into siem_configs (id, org_id, connector_type, config, is_enabled, created_at, updated_at, delivery_status)
    values (${id}, ${orgId}, 'splunk_hec', ${fernet.encrypt(JSON.stringify(settings))}, true, now(), now(), 'healthy')
  `.execute(database.query);
  return id;
}

async function rawRow(id: string) {
  return database.query.selectFrom("siem_configs").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
}

describe("an organisation's configurations", () => {
  it("are stored encrypted and read back as they were written", async () => {
    const created = await store.forOrg(acme).create(input);
    expect(created).toMatchObject({ ...input, orgId: acme, version: 1, status: { deliveryStatus: "pending" } });
    expect(await store.forOrg(acme).get(created.id)).toEqual(created);
    const row = await rawRow(created.id);
    expect(JSON.stringify(row)).not.toContain("s3cret");
    expect(row.key_id).toBe(cipher.keyId);
  });

  it("are listed newest first", async () => {
    const ids: string[] = [];
    for (let at = 0; at < 3; at++) {
      ids.unshift((await store.forOrg(acme).create(input)).id);
      await clock.advance(1000);
    }
    expect((await store.forOrg(acme).list()).map(({ id }) => id)).toEqual(ids);
  });

  it("are nothing to another organisation", async () => {
    const { id } = await store.forOrg(acme).create(input);
    const stranger = store.forOrg(other);
    expect(await stranger.list()).toEqual([]);
    expect(await stranger.get(id)).toBeUndefined();
    expect(await stranger.update(id, { isEnabled: false })).toEqual({ kind: "missing" });
    expect(await stranger.remove(id)).toEqual({ kind: "missing" });
    expect(await store.forOrg(acme).list()).toHaveLength(1);
  });

  it("change only in what is given, and count their versions", async () => {
    const { id } = await store.forOrg(acme).create(input);
    const renamed = await store.forOrg(acme).update(id, { name: null });
    expect(renamed).toMatchObject({ kind: "done", config: { ...input, name: null, version: 2 } });
    const moved = await store.forOrg(acme).update(id, { connectorType: "elastic", settings: { url: "https://es" } });
    expect(moved).toMatchObject({ config: { connectorType: "elastic", settings: { url: "https://es" }, version: 3 } });
    expect(await store.forOrg(acme).update(id, {})).toMatchObject({ kind: "done", config: { version: 3 } });
  });

  it("keep their settings readable when only the type changes", async () => {
    const { id } = await store.forOrg(acme).create(input);
    const changed = await store.forOrg(acme).update(id, { connectorType: "elastic" });
    expect(changed).toMatchObject({ config: { connectorType: "elastic", settings: input.settings } });
  });

  it("are changed by the first of two who started from one version", async () => {
    const { id } = await store.forOrg(acme).create(input);
    const results = await Promise.all([
      store.forOrg(acme).update(id, { name: "first" }, 1),
      store.forOrg(acme).update(id, { name: "second" }, 1),
    ]);
    expect(results).toMatchObject([{ kind: "done" }, { kind: "conflict", version: 2 }]);
    expect(await store.forOrg(acme).remove(id, 1)).toEqual({ kind: "conflict", version: 2 });
    expect(await store.forOrg(acme).remove(id, 2)).toMatchObject({ kind: "done", config: { name: "first" } });
    expect(await store.forOrg(acme).remove(id)).toEqual({ kind: "missing" });
  });

  it("take an id that is none for one that is not there", async () => {
    expect(await store.forOrg(acme).get("x")).toBeUndefined();
    expect(await store.forOrg(acme).update("x", { name: "y" })).toEqual({ kind: "missing" });
    expect(await store.read(["x"])).toEqual([]);
  });

  it("are of an organisation with a UUID, in capitals or not", async () => {
    expect(() => store.forOrg("acme")).toThrow(expect.objectContaining({ code: "SIEM_ORG_ID" }));
    const { id } = await store.forOrg(acme.toUpperCase()).create(input);
    expect(await store.forOrg(acme).get(id)).toMatchObject({ orgId: acme, settings: input.settings });
  });
});

describe("a row that the platform wrote", () => {
  it("is read, and bound to its place with the first change", async () => {
    const id = await writtenByPlatform({ url: "https://splunk", token: "t" });
    expect(await store.forOrg(acme).get(id)).toMatchObject({
      name: null,
      settings: { url: "https://splunk", token: "t" },
      delivery: {},
      version: 1,
      status: { deliveryStatus: "healthy", counts: null },
    });
    expect((await rawRow(id)).key_id).toBeNull();
    await store.forOrg(acme).update(id, { name: "ours now" });
    const row = await rawRow(id);
    expect(row.key_id).toBe(cipher.keyId);
    expect(cipher.decrypt(row.config, { id, orgId: acme, type: "splunk_hec" })).toMatchObject({ isBound: true });
  });

  it("counts a version for every change of the platform, and forgets the key", async () => {
    const { id } = await store.forOrg(acme).create(input);
    await sql`update siem_configs set config = ${fernet.encrypt("{}")} where id = ${id}`.execute(database.query);
    expect(await rawRow(id)).toMatchObject({ version: 2, key_id: null });
    await sql`update siem_configs set is_enabled = false where id = ${id}`.execute(database.query);
    expect(await rawRow(id)).toMatchObject({ version: 3 });
  });
});

describe("settings that cannot be read", () => {
  it.each([
    ["damaged", () => "gAAAAA"],
    ["no JSON", () => fernet.encrypt("x")],
    ["no object", () => fernet.encrypt("[1]")],
  ])("say why and what to do: %s", async (_name, token) => {
    const { id } = await store.forOrg(acme).create(input);
    await sql`update siem_configs set config = ${token()} where id = ${id}`.execute(database.query);
    const read = await store.forOrg(acme).get(id);
    expect(read?.settings).toEqual({ unreadable: expect.stringContaining("FERNET_KEY") });
  });

  it("are those of another row, which stay where they are", async () => {
    const { id } = await store.forOrg(acme).create(input);
    const stranger = await store.forOrg(other).create({ ...input, settings: { url: "https://thief" } });
    await sql`update siem_configs set config = (select config from siem_configs where id = ${id})
      where id = ${stranger.id}`.execute(database.query);
    const stolen = await rawRow(stranger.id);
    const read = await store.forOrg(other).get(stranger.id);
    expect(read?.settings).toEqual({ unreadable: expect.stringContaining("another configuration") });
    await store.forOrg(other).update(stranger.id, { name: "still unreadable" });
    expect((await rawRow(stranger.id)).config).toBe(stolen.config);
    const repaired = await store.forOrg(other).update(stranger.id, { settings: { url: "https://own" } });
    expect(repaired).toMatchObject({ config: { settings: { url: "https://own" } } });
  });
});

describe("the store of all configurations", () => {
  const status: StoredStatus = {
    deliveryStatus: "failed",
    lastDeliveryAt: new Date("2026-11-25T12:00:00Z"),
    lastError: "401 Unauthorized",
    fix: "Enter a new token.",
    errorSince: new Date("2026-11-25T12:30:00Z"),
    counts: { accepted: 10, delivered: 7, filtered: 0, dead_lettered: 1, queued: 2 },
  };

  it("gives versions, and rows by their ids", async () => {
    const first = await store.forOrg(acme).create(input);
    const second = await store.forOrg(other).create(input);
    await store.forOrg(acme).update(first.id, { isEnabled: false });
    expect(await store.versions()).toEqual(
      new Map([
        [first.id, 3],
        [second.id, 2],
      ]),
    );
    expect(await store.read([second.id, randomUUID()])).toEqual([second]);
    expect(await store.read([])).toEqual([]);
  });

  it("writes how destinations are doing without counting a version, and passes over rows that are gone", async () => {
    const { id, updatedAt } = await store.forOrg(acme).create(input);
    const untouched = await store.forOrg(acme).create(input);
    await store.writeStatuses(
      new Map([
        [id, status],
        [randomUUID(), status],
      ]),
    );
    expect(await store.forOrg(acme).get(id)).toMatchObject({ status, version: 1, updatedAt });
    expect(await store.forOrg(acme).get(untouched.id)).toEqual(untouched);
  });

  it("keeps the last delivery that a server which has just begun does not know", async () => {
    const { id } = await store.forOrg(acme).create(input);
    const begun: StoredStatus = {
      ...status,
      lastDeliveryAt: null,
      lastError: null,
      fix: null,
      errorSince: null,
      counts: null,
    };
    await store.writeStatuses(new Map([[id, status]]));
    await store.writeStatuses(new Map([[id, begun]]));
    const read = await store.forOrg(acme).get(id);
    const { lastDeliveryAt, counts } = status;
    expect(read?.status).toEqual({ ...begun, lastDeliveryAt, counts });
    await store.writeStatuses(new Map());
  });

  it("gives no row a version twice, also when it was deleted and made again under its id, or moved", async () => {
    const seen: number[] = [];
    const look = async () => void seen.push(...(await store.versions()).values());
    const { id } = await store.forOrg(acme).create(input);
    await look();
    await sql`create temp table saved as select * from siem_configs`.execute(database.query);
    onTestFinished(async () => void (await sql`drop table saved`.execute(database.query)));
    const again = () => sql`insert into siem_configs select * from saved`.execute(database.query);
    await store.forOrg(acme).remove(id);
    await again();
    await look();
    await sql`truncate siem_configs restart identity`.execute(database.query);
    await again();
    await look();
    await sql`update siem_configs set org_id = ${other}`.execute(database.query);
    await look();
    await sql`update siem_configs set id = ${randomUUID()}`.execute(database.query);
    await look();
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });

  it("keeps each server's own counts, and shows the platform their sum", async () => {
    const { id } = await store.forOrg(acme).create(input);
    const north = createSqlConfigStore({ database, cipher, clock, serverId: "north" });
    const south = createSqlConfigStore({ database, cipher, clock, serverId: "south" });
    const counts = { accepted: 10, delivered: 7, filtered: 0, dead_lettered: 1, queued: 2 };
    await north.writeStatuses(new Map([[id, { ...status, counts }]]));
    await south.writeStatuses(new Map([[id, { ...status, counts: { ...counts, accepted: 13, delivered: 10 } }]]));
    await north.writeStatuses(new Map([[id, { ...status, counts: { ...counts, accepted: 20, delivered: 17 } }]]));
    const total = { accepted: 33, delivered: 27, filtered: 0, dead_lettered: 2, queued: 4 };
    expect((await rawRow(id)).counts).toEqual(total);
    expect((await north.read([id]))[0]).toMatchObject({
      status: { counts: { accepted: 20 } },
      countsElsewhere: { accepted: 13 },
    });
    // One that will not come back leaves its counts to all.
    await south.handOverCounts();
    expect((await rawRow(id)).counts_by_server).toMatchObject({ before: { accepted: 13 }, north: { accepted: 20 } });
    expect((await north.read([id]))[0]).toMatchObject({ countsElsewhere: { accepted: 13, delivered: 10 } });
  });

  it("stores what a SIEM said though it is cut within a character, or holds a NUL", async () => {
    const [one, two] = [await store.forOrg(acme).create(input), await store.forOrg(other).create(input)];
    const cut = { ...status, lastError: "it said: \ud83d", fix: "a\0b" };
    const written = await store.writeStatuses(
      new Map([
        [one.id, cut],
        [two.id, status],
      ]),
    );
    expect(written).toEqual(new Set([one.id, two.id]));
    expect((await store.read([one.id]))[0]?.status).toMatchObject({ lastError: "it said: \ufffd", fix: "a\ufffdb" });
  });

  it("tells of rows that were created, changed or removed, and not of their status", async () => {
    const told: (string | undefined)[] = [];
    const watching = new AbortController();
    onTestFinished(() => watching.abort());
    store.watch((id) => told.push(id), watching.signal);
    await expect.poll(() => told).toEqual([undefined]);
    const { id } = await store.forOrg(acme).create(input);
    await store.writeStatuses(new Map([[id, status]]));
    await store.forOrg(acme).update(id, { secretChanges: {} });
    await store.forOrg(acme).update(id, { filter: {} });
    const platforms = await writtenByPlatform({});
    await store.forOrg(acme).remove(id);
    await expect.poll(() => told).toEqual([undefined, id, id, platforms, id]);
  });

  it("looks again every 30 seconds, until it is told to stop", async () => {
    const told: (string | undefined)[] = [];
    const watching = new AbortController();
    store.watch((id) => told.push(id), watching.signal);
    await expect.poll(() => told).toEqual([undefined]);
    await clock.advance(60_000);
    expect(told).toEqual([undefined, undefined, undefined]);
    watching.abort();
    await clock.advance(60_000);
    await store.forOrg(acme).create(input);
    expect([told.length, clock.timers]).toEqual([3, 0]);
  });
});

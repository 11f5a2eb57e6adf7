import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import { createTestDatabase, emptyTables } from "../../test/test-database.ts";
import type { Database } from "../database/database.ts";
import { parseScope, scopeText } from "./scope-text.ts";
import type { TokenStore } from "./token-store.ts";
import { createTokenStore, hashOfToken } from "./token-store.ts";

const acme = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const clock = createFakeClock();
let database: Database;
let store: TokenStore;
beforeAll(async () => {
  database = await createTestDatabase();
  store = createTokenStore({ database, clock });
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const inAnHour = () => new Date(clock.now() + 3_600_000);

describe("a token", () => {
  it("is given once and stored as its hash", async () => {
    const made = await store.create({ name: "gateway", scope: { kind: "ingest" }, expiresAt: null });
    const token = made.token.reveal();
    expect(token).toMatch(/^siem_[\w-]{43}$/);
    const { rows } = await sql`select * from siem_tokens`.execute(database.query);
    expect(JSON.stringify(rows)).not.toContain(token.slice("siem_".length));
    expect(inspect(made)).not.toContain(token);
    expect(await store.active()).toEqual([
      { id: made.record.id, name: "gateway", scope: { kind: "ingest" }, hash: hashOfToken(token), expiresAt: null },
    ]);
    const again = await store.create({ name: "gateway", scope: { kind: "ingest" }, expiresAt: null });
    expect(again.token.reveal()).not.toBe(token);
  });

  it("is active until it expires", async () => {
    const { record } = await store.create({ name: "a", scope: { kind: "admin" }, expiresAt: inAnHour() });
    expect(await store.active()).toMatchObject([{ id: record.id, expiresAt: record.expiresAt }]);
    await clock.advance(3_600_000);
    expect(await store.active()).toEqual([]);
    expect(await store.list()).toEqual([record]);
  });

  it("is not active once it is revoked, which happens once", async () => {
    const { record } = await store.create({ name: "a", scope: { kind: "org", orgId: acme }, expiresAt: null });
    const revoked = await store.revoke(record.id);
    expect(revoked).toEqual({ record: { ...record, revokedAt: new Date(clock.now()) }, isNew: true });
    await clock.advance(1000);
    expect(await store.revoke(record.id)).toEqual({ ...revoked, isNew: false });
    expect(await store.active()).toEqual([]);
    expect([await store.revoke(randomUUID()), await store.revoke("x")]).toEqual([undefined, undefined]);
  });

  it("allows nothing when its scope is none that is known", async () => {
    const { record } = await store.create({ name: "a", scope: { kind: "admin" }, expiresAt: null });
    await sql`update siem_tokens set scope = 'everything'`.execute(database.query);
    expect(await store.active()).toEqual([]);
    expect(await store.list()).toEqual([{ ...record, scope: undefined }]);
  });

  it("remembers when it was used last, never earlier than it knows", async () => {
    const { record } = await store.create({ name: "a", scope: { kind: "admin" }, expiresAt: null });
    for (const at of [2000, 1000]) await store.noteUses(new Map([[record.id, new Date(at)]]));
    expect(await store.list()).toMatchObject([{ lastUsedAt: new Date(2000) }]);
  });
});

it("tells of tokens that are made and revoked, and not of their use", async () => {
  const told: (string | undefined)[] = [];
  const watching = new AbortController();
  onTestFinished(() => watching.abort());
  store.watch((id) => told.push(id), watching.signal);
  await expect.poll(() => told).toEqual([undefined]);
  const { record } = await store.create({ name: "a", scope: { kind: "admin" }, expiresAt: null });
  await store.noteUses(new Map([[record.id, new Date(1000)]]));
  await store.revoke(record.id);
  await expect.poll(() => told).toEqual([undefined, record.id, record.id]);
});

it("lists the newest first", async () => {
  for (const name of ["first", "second"]) {
    await store.create({ name, scope: { kind: "admin" }, expiresAt: null });
    await clock.advance(1000);
  }
  expect((await store.list()).map(({ name }) => name)).toEqual(["second", "first"]);
});

describe("a scope", () => {
  it.each(["ingest", "admin", `org:${acme}`])("is written as %s", (text) => {
    const scope = parseScope(text);
    expect(scope && scopeText(scope)).toBe(text);
  });

  it("names an organisation in small letters", () => {
    expect(parseScope(`org:${acme.toUpperCase()}`)).toEqual({ kind: "org", orgId: acme });
  });

  it.each(["", "Admin", "org:", "org:acme", acme, `org:${acme} `])("is not %j", (text) => {
    expect(parseScope(text)).toBeUndefined();
  });
});

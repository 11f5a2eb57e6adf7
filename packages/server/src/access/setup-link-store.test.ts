import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import { createTestDatabase, emptyTables } from "../../test/test-database.ts";
import type { Database } from "../database/database.ts";
import { linkState } from "./setup-link.ts";
import type { SetupLinkStore } from "./setup-link-store.ts";
import { createSetupLinkStore } from "./setup-link-store.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const OTHER = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002";
const HOUR_MS = 3_600_000;
const clock = createFakeClock();
let database: Database;
let links: SetupLinkStore;

beforeAll(async () => {
  database = await createTestDatabase();
  links = createSetupLinkStore({ database, clock });
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const make = (orgId = ORG) =>
  links.create({ orgId, name: "for Ada", createdBy: "ops", expiresAt: new Date(clock.now() + HOUR_MS) });

describe("a set-up link", () => {
  it("is given once and stored as its hash", async () => {
    const made = await make();
    const token = made.token.reveal();
    expect(token).toMatch(/^setup_[\w-]{43}$/);
    const { rows } = await sql`select * from siem_setup_links`.execute(database.query);
    expect(JSON.stringify(rows)).not.toContain(token.slice("setup_".length));
    expect(inspect(made)).not.toContain(token);
  });

  it("can be used until it expires, and remembers it", async () => {
    const { token, link } = await make();
    const first = new Date(clock.now());
    expect(await links.use(token.reveal())).toEqual({
      kind: "used",
      link: { ...link, uses: 1, firstUsedAt: first, lastUsedAt: first },
    });
    await clock.advance(1000);
    expect(await links.use(token.reveal())).toMatchObject({
      link: { uses: 2, firstUsedAt: first, lastUsedAt: new Date(clock.now()) },
    });
    await clock.advance(HOUR_MS);
    expect(await links.use(token.reveal())).toEqual({ kind: "expired" });
    expect(await links.use("setup_other")).toEqual({ kind: "unknown" });
  });

  it("is revoked once, and by its own organisation", async () => {
    const { token, link } = await make();
    expect(await links.revoke(link.id, OTHER)).toBeUndefined();
    expect(await links.revoke(link.id, ORG)).toMatchObject({ isNew: true, link: { revokedAt: new Date(clock.now()) } });
    expect(await links.revoke(link.id)).toMatchObject({ isNew: false });
    expect(await links.use(token.reveal())).toEqual({ kind: "revoked" });
    expect([await links.revoke("x"), await links.revoke(randomUUID())]).toEqual([undefined, undefined]);
  });

  it("is listed and counted for its organisation alone", async () => {
    const { link } = await make();
    await make(OTHER);
    expect(await links.list(ORG)).toEqual([link]);
    expect(await links.list()).toHaveLength(2);
    expect(await links.countActive(ORG)).toBe(1);
    await links.revoke(link.id);
    expect(await links.countActive(ORG)).toBe(0);
  });

  it("is told of once when it expires, unless it was revoked before", async () => {
    const { link } = await make();
    await links.revoke((await make()).link.id);
    expect(await links.takeExpired()).toEqual([]);
    await clock.advance(HOUR_MS);
    expect(await links.takeExpired()).toEqual([link]);
    expect(await links.takeExpired()).toEqual([]);
    expect(linkState(link, clock.now())).toBe("expired");
  });
});

import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import { createTestDatabase } from "../../test/test-database.ts";
import type { Database } from "./database.ts";
import { createRequestCounts } from "./request-counts.ts";

const MINUTE_MS = 60_000;
const changes = { name: "changes", orgId: "acme", most: 3, perMs: MINUTE_MS };

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => sql`truncate siem_request_counts`.execute(database.query));
afterAll(() => database.close());

function open() {
  const clock = createFakeClock();
  return { clock, counts: createRequestCounts({ database, clock }) };
}

const endAll = () => sql`update siem_request_counts set ends_at = now() - interval '1 second'`.execute(database.query);

it("lets servers together do as much as one may, each organisation and each limit for itself", async () => {
  const [one, other] = [open().counts, open().counts];
  expect([await one.take(changes), await other.take(changes), await one.take(changes)]).toEqual([0, 0, 0]);
  const wait = await other.take(changes);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(await one.waitSeconds(changes)).toBeGreaterThan(0);
  expect(await other.take({ ...changes, orgId: "globex" })).toBe(0);
  expect(await other.take({ ...changes, name: "reads" })).toBe(0);
});

it("begins a new window once one has ended", async () => {
  const { counts } = open();
  for (let use = 0; use < 3; use++) await counts.take(changes);
  await endAll();
  expect(await counts.waitSeconds(changes)).toBe(0);
  expect(await counts.take(changes)).toBe(0);
  const { rows } = await sql`select count from siem_request_counts`.execute(database.query);
  expect(rows).toEqual([{ count: 1 }]);
});

it("counts a thing once in a window, and lets it pass where others are refused", async () => {
  const [one, other] = [open().counts, open().counts];
  const reach = { ...changes, name: "reach", most: 2 };
  expect(await one.take({ ...reach, thing: "a" })).toBe(0);
  expect(await other.take({ ...reach, thing: "a" })).toBe(0);
  expect(await other.take({ ...reach, thing: "b" })).toBe(0);
  expect(await one.take({ ...reach, thing: "c" })).toBeGreaterThan(0);
  expect(await one.take({ ...reach, thing: "b" })).toBe(0);
  await endAll();
  expect(await one.take({ ...reach, thing: "c" })).toBe(0);
  expect(await other.take({ ...reach, thing: "a" })).toBe(0);
});

it("takes exactly as much as there is where all come at once", async () => {
  const servers = [open().counts, open().counts, open().counts];
  const uses = servers.flatMap((counts) => Array.from({ length: 4 }, () => counts.take(changes)));
  const waits = await Promise.all(uses);
  expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
});

it("forgets windows that have ended", async () => {
  const { counts, clock } = open();
  await counts.take(changes);
  await endAll();
  await clock.advance(MINUTE_MS);
  await counts.take({ ...changes, orgId: "globex" });
  const { rows } = await sql`select org_id from siem_request_counts`.execute(database.query);
  expect(rows).toEqual([{ org_id: "globex" }]);
});

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, emptyTables } from "../../test/test-database.ts";
import { createAuditOutbox } from "./audit-outbox.ts";
import type { Database } from "./database.ts";

let database: Database;
let now: number;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  now = Date.parse("2026-11-30T12:00:00Z");
  await emptyTables(database);
});
afterAll(() => database.close());

it("an event is taken by one server, again if it was not removed in a minute, and has one uid all the time", async () => {
  const [one, other] = [0, 1].map(() => createAuditOutbox({ database, clock: { now: () => now } }));
  await one?.add({ metadata: { version: "1.1.0" } });
  const taken = await one?.take();
  expect(taken).toHaveLength(1);
  expect(await other?.take()).toEqual([]);
  now += 61_000;
  expect(await other?.take()).toEqual(taken);
  expect(taken?.[0]?.event).toEqual({ metadata: { version: "1.1.0", uid: taken?.[0]?.id } });
  await other?.remove(String(taken?.[0]?.id));
  now += 61_000;
  expect(await one?.take()).toEqual([]);
});

it("events come in the order of their changes, and none of a change that was taken back", async () => {
  for (const name of ["a", "b"]) {
    now += 1;
    await createAuditOutbox({ database, clock: { now: () => now } }).add({ metadata: { name } });
  }
  const undone = database.query.transaction().execute(async (query) => {
    await createAuditOutbox({ database: { query }, clock: { now: () => now } }).add({ metadata: { name: "c" } });
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  const taken = await createAuditOutbox({ database, clock: { now: () => now } }).take();
  expect(taken.map(({ event }) => event["metadata"])).toMatchObject([{ name: "a" }, { name: "b" }]);
});

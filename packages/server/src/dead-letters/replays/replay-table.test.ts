import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, emptyTables } from "../../../test/test-database.ts";
import type { Database } from "../../database/database.ts";
import type { ReplayRow } from "./replay-row.ts";
import type { ReplayTable } from "./replay-table.ts";
import { createReplayTable } from "./replay-table.ts";

let database: Database;
let table: ReplayTable;
let other: ReplayTable;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database);
  table = createReplayTable(database, randomUUID());
  other = createReplayTable(database, randomUUID());
});

async function begun(version = 1): Promise<ReplayRow> {
  const request = { destinationId: "acme", orgId: "org", version, filter: {}, perSecond: undefined };
  const row = await table.open(request, 10);
  if (row === undefined) throw new Error("the organisation has too many");
  await table.counted(row, { path: "", found: 1, foreign: 0, old: 0 });
  return row;
}

function letLeasesRunOut() {
  return sql`update siem_replays set lease_until = now() - interval '1 second'`.execute(database.query);
}

it("a replay whose lease has run out is taken over by another server, not by the one that still runs it", async () => {
  const row = await begun();
  expect(await other.takeOver(4, [])).toEqual([]);
  await letLeasesRunOut();
  expect(await table.takeOver(4, [row.id])).toEqual([]);
  expect(await table.renew(row, { state: "running", invalid: 0 })).toMatchObject({ epoch: 1 });
  await letLeasesRunOut();
  expect(await other.takeOver(4, [randomUUID()])).toMatchObject([{ id: row.id, epoch: 2 }]);
  expect(await table.renew(row, { state: "running", invalid: 0 })).toBeUndefined();
});

it("a change of the configuration ends the replays of older versions only, however late it is told", async () => {
  const [older, newer] = [await begun(1), await begun(3)];
  await table.outdate("acme", 2);
  expect((await table.find("acme", older.id))?.isOutdated).toBe(true);
  expect((await table.find("acme", newer.id))?.isOutdated).toBe(false);
  expect(await table.countOlder("acme", 2)).toBe(1);
  expect(await table.countOlder("acme", undefined)).toBe(2);
  await table.outdate("acme", undefined);
  expect((await table.find("acme", newer.id))?.isOutdated).toBe(true);
});

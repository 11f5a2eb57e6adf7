import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase } from "../../test/test-database.ts";
import type { Database } from "./database.ts";
import { createQueueCursors } from "./queue-cursors.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => sql`truncate siem_queue_partitions, siem_queue_cursors`.execute(database.query));
afterAll(() => database.close());

const cursor = {
  destinationId: "soc",
  settledTo: 2 ** 50,
  unsettled: [[5, 7] as const],
  countedTo: 12,
  queued: 3,
  totals: { delivered: 2 ** 40, filtered: 4, deadLettered: 5, unreadable: 1 },
};

it("gives the next owner what the last one recorded", async () => {
  const cursors = createQueueCursors(database, "siem-events");
  expect(await cursors.claim(4, "a")).toEqual({ epoch: 1, readTo: undefined, cursors: [] });
  expect(await cursors.record([{ partition: 4, epoch: 1, readTo: 12, cursors: [cursor] }])).toEqual([]);
  expect(await cursors.claim(4, "b")).toEqual({ epoch: 2, readTo: 12, cursors: [cursor] });
  const later = { ...cursor, unsettled: [], queued: 0 };
  await cursors.record([{ partition: 4, epoch: 2, readTo: 13, cursors: [later] }]);
  expect(await cursors.claim(4, "c")).toMatchObject({ readTo: 13, cursors: [later] });
});

it("records nothing of a node whose partition another one has claimed, and names the partition", async () => {
  const cursors = createQueueCursors(database, "siem-events");
  await cursors.claim(1, "a");
  await cursors.claim(2, "a");
  await cursors.claim(1, "b");
  const records = [1, 2].map((partition) => ({ partition, epoch: 1, readTo: 9, cursors: [cursor] }));
  expect(await cursors.record(records)).toEqual([1]);
  expect(await cursors.claim(1, "c")).toMatchObject({ epoch: 3, readTo: undefined, cursors: [] });
  expect(await cursors.claim(2, "c")).toMatchObject({ readTo: 9, cursors: [cursor] });
});

it("forgets a destination in the given partitions of its topic only", async () => {
  const cursors = createQueueCursors(database, "siem-events");
  const others = createQueueCursors(database, "other");
  for (const store of [cursors, others]) {
    for (const partition of [1, 2]) {
      await store.claim(partition, "a");
      await store.record([{ partition, epoch: 1, readTo: 1, cursors: [cursor] }]);
    }
  }
  await cursors.forget("soc", [1]);
  const left = async (store: typeof cursors, partition: number) => (await store.claim(partition, "b")).cursors.length;
  expect([await left(cursors, 1), await left(cursors, 2), await left(others, 1)]).toEqual([0, 1, 1]);
});

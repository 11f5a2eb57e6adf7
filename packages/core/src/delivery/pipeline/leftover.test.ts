import { expect, it } from "vitest";
import { createMemoryFiles } from "../../../test/memory-files.ts";
import { eventOfSize, openStore } from "../../../test/queue-bench.ts";
import { deadLetterLeftover } from "./leftover.ts";

it("dead-letters every event once, also while more of them are being read back from the disk", async () => {
  const files = createMemoryFiles();
  const store = await openStore(files, { memoryBytes: 400_000 });
  const queue = await store.open("gone");
  const ids = Array.from({ length: 5000 }, (_, index) => `e${index}`);
  for (let from = 0; from < ids.length; from += 50) {
    const records = ids.slice(from, from + 50).map((id) => eventOfSize(id, 200));
    await store.append([{ records, queues: [queue] }]);
  }
  const deadLettered: string[] = [];
  const deadLetters = {
    async append(batch: readonly { readonly record: { readonly id: string } }[]) {
      // As long as a disk takes, so that reading goes on meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      deadLettered.push(...batch.map(({ record }) => record.id));
    },
    async close() {},
  };
  expect(await deadLetterLeftover({ store, destinationId: "gone", type: "test", deadLetters })).toBe(5000);
  expect(deadLettered).toEqual(ids);
  expect(store.leftovers()).toEqual([]);
  await store.close();
});

import { expect, it } from "vitest";
import { createMemoryFiles } from "../../../../test/memory-files.ts";
import { eventOfSize, openStore } from "../../../../test/queue-bench.ts";

const BACKLOG = ["large-1", "large-2", "small"] as const;

it("reads a small backlog before the rest of larger ones", async () => {
  const files = createMemoryFiles();
  const before = await openStore(files);
  for (const name of BACKLOG) {
    const queue = await before.open(name);
    for (let index = 0; index < (name === "small" ? 1 : 40); index++) {
      await before.append([{ records: [eventOfSize(`${name}-${index}`, 100_000)], queues: [queue] }]);
    }
  }
  await before.close();

  const store = await openStore(files.killed());
  const order: string[] = [];
  const read: Promise<void>[] = [];
  for (const name of BACKLOG) {
    const queue = await store.open(name);
    const everything = queue.waiting;
    read.push(
      new Promise((resolve) => {
        queue.listen({
          appended() {},
          lost() {},
          ready() {
            order.push(name);
            if (queue.take(everything).length === everything) resolve();
          },
        });
      }),
    );
    queue.take(everything);
  }
  await Promise.all(read);
  // Two are read at a time, and neither holds it up for more than its first part.
  const at = order.indexOf("small");
  expect(at).toBeLessThanOrEqual(2);
  expect(order.slice(at + 1)).toEqual(expect.arrayContaining(["large-1", "large-2"]));
  await store.close();
});

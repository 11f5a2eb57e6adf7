import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../../test/fake-clock.ts";
import { createMemoryFiles, errorOf } from "../../../../test/memory-files.ts";
import { drain, eventsOf, openStore } from "../../../../test/queue-bench.ts";
import { noTotals } from "../totals.ts";

describe("settlements of a destination that was forgotten and opened again", () => {
  it("are those of its new queue: nothing of it is given again after an orderly restart", async () => {
    const again = await settleDuringFailedWrite();
    expect(await drain(await again.open("a"))).toEqual(["2"]);
    await again.close();
  });

  it("are written with the totals of its new queue, so that its account closes", async () => {
    const again = await settleDuringFailedWrite();
    expect((await again.open("a")).totalsBefore).toEqual({ ...noTotals, delivered: 1 });
    await again.close();
  });
});

/** Settles the first of two events of the new queue while the settlements of the old one fail to be written. */
async function settleDuringFailedWrite() {
  const files = createMemoryFiles();
  const clock = createFakeClock();
  const store = await openStore(files, { clock });
  await store.open("a");
  store.forget("a", true);
  const queue = await store.open("a");
  let delivered = 0;
  const totals = () => ({ ...noTotals, delivered });
  queue.listen({ appended() {}, ready() {}, lost() {}, totals });
  await store.append([{ records: eventsOf("1", "2"), queues: [queue] }]);
  const taken = queue.take(1);
  files.fail = (operation, path) => {
    if (operation !== "write" || !path.includes("acks")) return undefined;
    queue.ack(taken.splice(0), "delivered");
    delivered = 1;
    return errorOf("ENOSPC", "no space left on device");
  };
  await clock.advance(20);
  expect(queue.size).toBe(1);
  files.fail = () => undefined;
  await store.close();
  return openStore(files.killed());
}

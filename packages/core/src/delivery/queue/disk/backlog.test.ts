import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../../test/fake-clock.ts";
import { createMemoryFiles, errorOf } from "../../../../test/memory-files.ts";
import {
  drain,
  eventsOf,
  openStore,
  pick,
  QUEUE_FOLDER,
  takeRead,
  writeAcksAnew,
} from "../../../../test/queue-bench.ts";
import type { DiskQueueStore } from "./disk-queue-store.ts";
import type { Queue } from "../queue-store.ts";

const OPTIONS = { segmentBytes: 4000, memoryBytes: 2000, keptSegments: 1 };

/** One destination stands still while nineteen others are busy. */
async function publishAround(store: DiskQueueStore, rounds: number, first = 0): Promise<Queue> {
  const dead = await store.open("dead");
  const others = await Promise.all(Array.from({ length: 19 }, async (_, index) => store.open(`d${index}`)));
  for (let round = first; round < first + rounds; round++) {
    const writeBatches = [dead, ...others].map((queue) => ({ records: eventsOf(`${round}`), queues: [queue] }));
    await store.append(writeBatches);
    for (const queue of others) queue.ack(queue.take(10), "delivered");
    // What goes on beside the appends gets its turn, as it would on a disk that takes time.
    await nextTurn();
  }
  return dead;
}

async function sizes(files: ReturnType<typeof createMemoryFiles>, ending: string): Promise<number> {
  const names = (await files.names(QUEUE_FOLDER)).filter((name) => name.endsWith(ending));
  return names.reduce((sum, name) => sum + files.content(`${QUEUE_FOLDER}/${name}`).length, 0);
}

const rounds = (count: number, first = 0) => Array.from({ length: count }, (_, index) => `${first + index}`);

describe("a destination that is far behind", () => {
  it("costs the disk its own events and not those of others", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, OPTIONS);
    const dead = await publishAround(store, 200);
    await store.close();
    expect(dead.size).toBe(200);
    expect(await sizes(files, ".log")).toBeLessThan(4 * OPTIONS.segmentBytes);
    expect(await sizes(files, ".backlog")).toBeLessThan(200 * 300);
  });

  it("gets its events in order when it is back, those of its backlog first", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, OPTIONS);
    const dead = await publishAround(store, 200);
    expect(await drain(dead, 7)).toEqual(rounds(200));
    await store.close();
    expect(await files.names(QUEUE_FOLDER)).toEqual(["acks"]);
  });

  it("keeps its backlog, in order, over restarts and kills, and goes on with it", async () => {
    let files = createMemoryFiles();
    for (let restart = 0; restart < 4; restart++) {
      const store = await openStore(files, OPTIONS);
      const dead = await publishAround(store, 50, restart * 50);
      expect(dead.size).toBe((restart + 1) * 50);
      if (restart % 2 === 0) await store.close();
      files = files.killed();
    }
    const store = await openStore(files, OPTIONS);
    expect(await drain(await store.open("dead"))).toEqual(rounds(200));
  });

  it("keeps what was settled out of its backlog", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, OPTIONS);
    const dead = await store.open("dead");
    await store.append([{ records: eventsOf("x", "y", "z"), queues: [dead] }]);
    const taken = dead.take(3);
    dead.ack(pick(taken, 1), "delivered");
    dead.requeue(pick(taken, 0, 2));
    await publishAround(store, 100);
    await store.close();
    const again = await openStore(files.killed(), OPTIONS);
    expect(await drain(await again.open("dead"))).toEqual(["x", "z", ...rounds(100)]);
  });

  it("repeats nothing of what was settled in its backlog, whose log is gone, when settlements are written anew", async () => {
    const files = createMemoryFiles();
    const clock = createFakeClock();
    const store = await openStore(files, { ...OPTIONS, clock });
    const dead = await publishAround(store, 100);
    dead.ack(await takeRead(dead, 3), "delivered");
    await writeAcksAnew(files, clock);
    const again = await openStore(files.killed(), OPTIONS);
    expect(await drain(await again.open("dead"))).toEqual(rounds(97, 3));
  });

  it("stays in the log when most of the log is its own anyhow", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, OPTIONS);
    const [dead, other] = [await store.open("dead"), await store.open("other")];
    for (const id of rounds(100)) {
      await store.append([{ records: eventsOf(id), queues: [dead, other] }]);
      other.ack(other.take(1), "delivered");
    }
    expect(await sizes(files, ".backlog")).toBe(0);
    expect(await drain(dead)).toEqual(rounds(100));
  });

  it("forgets a copy that was not finished, also once the log that it was made from is gone", async () => {
    let files = createMemoryFiles();
    const store = await openStore(files, OPTIONS);
    files.fail = (operation, path) =>
      operation === "remove" && path.endsWith(".log") ? errorOf("EIO", "stays") : undefined;
    await publishAround(store, 20);
    files = files.killed();
    const name = (await files.names(QUEUE_FOLDER)).find((other) => other.endsWith(".backlog"));
    const backlog = files.content(`${QUEUE_FOLDER}/${name}`);
    // Without the mark that closes the last copy in it.
    files.put(`${QUEUE_FOLDER}/${name}`, Buffer.from(backlog.subarray(0, backlog.length - 29)));

    for (const first of [20, 40, 60]) {
      const again = await openStore(files, OPTIONS);
      expect((await publishAround(again, 20, first)).size).toBe(first + 20);
      await again.close();
      files = files.killed();
    }
    const last = await openStore(files, OPTIONS);
    expect(await drain(await last.open("dead"))).toEqual(rounds(80));
  });

  it("loses and repeats nothing wherever a kill interrupts the move", async () => {
    for (let calls = 1; calls < 200; calls += calls < 30 ? 1 : 13) {
      let files = createMemoryFiles();
      const store = await openStore(files, OPTIONS);
      let left = calls;
      files.fail = (operation, path) => {
        // From then on nothing about backlogs, nor the removal of files, succeeds.
        if (path.endsWith(".backlog") || operation === "remove") left--;
        return left < 0 && (path.endsWith(".backlog") || operation === "remove") ? errorOf("EIO", "here") : undefined;
      };
      await publishAround(store, 30);
      await store.close();
      files = files.killed();
      const again = await openStore(files, OPTIONS);
      const dead = await publishAround(again, 30, 30);
      expect(await drain(dead), `interrupted after ${calls} calls`).toEqual(rounds(60));
    }
  });
});

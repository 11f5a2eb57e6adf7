import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../../test/fake-clock.ts";
import type { MemoryFiles } from "../../../../test/memory-files.ts";
import { createMemoryFiles, errorOf } from "../../../../test/memory-files.ts";
import {
  drain,
  eventsOf,
  idsOf,
  openStore,
  pick,
  QUEUE_FOLDER,
  takeRead,
  writeAcksAnew,
} from "../../../../test/queue-bench.ts";
import { readAcks } from "./ack-log.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";

function fieldsOf({ id, orgId, classUid, severityId, time, acceptedAt, json, bytes }: AcceptedEvent) {
  return { id, orgId, classUid, severityId, time, acceptedAt, json, bytes };
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

async function namesOf(files: MemoryFiles): Promise<readonly string[]> {
  return (await files.names(QUEUE_FOLDER)).toSorted();
}

describe("the disk queue", () => {
  it("gives every destination its events in order, and what was not settled again after a restart", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const a = await store.open("a");
    const b = await store.open("b");
    await store.append([{ records: eventsOf("1", "2", "3"), queues: [a, b] }]);
    await store.append([{ records: eventsOf("4"), queues: [b] }]);
    expect(idsOf(a.take(2))).toEqual(["1", "2"]);
    expect(await drain(b)).toEqual(["1", "2", "3", "4"]);
    expect([a.size, a.waiting, b.size]).toEqual([3, 1, 0]);
    await store.close();

    const again = await openStore(files.killed());
    const a2 = await again.open("a");
    const b2 = await again.open("b");
    expect([a2.size, a2.waiting, b2.size]).toEqual([3, 3, 0]);
    expect(a2.oldestAcceptedAt()).toBe(1000);
    expect(await drain(a2)).toEqual(["1", "2", "3"]);
    await again.close();
  });

  it("brings back every field of an event", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const a = await store.open("a");
    const records = eventsOf("grüße ✓");
    await store.append([{ records, queues: [a] }]);
    const again = await openStore(files.killed());
    const a2 = await again.open("a");
    const read = await takeRead(a2, 1);
    expect(read.map(fieldsOf)).toEqual(records.map(fieldsOf));
    expect(a2.bytes).toBe(records[0]?.bytes);
  });

  it("syncs once for all that wait", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const a = await store.open("a");
    const before = files.counts.sync;
    await Promise.all(numbered("e", 50).map(async (id) => store.append([{ records: eventsOf(id), queues: [a] }])));
    expect(files.counts.sync - before).toBe(1);
    expect(a.size).toBe(50);
  });

  it("remembers settlements in any order across a restart", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const a = await store.open("a");
    await store.append([{ records: eventsOf(...numbered("e", 9)), queues: [a] }]);
    const first = a.take(3);
    const second = a.take(3);
    const third = a.take(3);
    a.ack(third, "delivered");
    a.ack(pick(second, 0, 2), "delivered");
    a.ack(pick(first, 1), "delivered");
    a.requeue(pick(first, 2));
    expect(idsOf(a.take(5))).toEqual(["e2"]);
    await store.close();
    const again = await openStore(files.killed());
    const a2 = await again.open("a");
    expect(a2.size).toBe(3);
    expect(await drain(a2)).toEqual(["e0", "e2", "e4"]);
  });

  it("does not forget settlements behind a gap once the gap is settled, restart after restart", async () => {
    let files = createMemoryFiles();
    let store = await openStore(files);
    let queue = await store.open("a");
    await store.append([{ records: eventsOf("0", "1", "2"), queues: [queue, await store.open("keeps the file")] }]);
    for (const settled of [["2"], ["0", "1"], []]) {
      const taken = await takeRead(queue, 3);
      queue.ack(
        taken.filter(({ id }) => settled.includes(id)),
        "delivered",
      );
      await store.close();
      files = files.killed();
      store = await openStore(files);
      queue = await store.open("a");
    }
    expect(queue.size).toBe(0);
  });

  it("puts requeued events out of memory too when others need it, and reads them back in order", async () => {
    const store = await openStore(createMemoryFiles(), { memoryBytes: 600 });
    const dead = await store.open("dead");
    const busy = await store.open("busy");
    await store.append([{ records: eventsOf(...numbered("d", 8)), queues: [dead] }]);
    const taken = await takeRead(dead, 8);
    dead.ack(pick(taken, 3), "delivered");
    dead.requeue(pick(taken, 0, 1, 2, 4, 5, 6, 7));
    for (const id of numbered("b", 40)) await store.append([{ records: eventsOf(id), queues: [busy] }]);
    expect([dead.size, dead.waiting]).toEqual([7, 7]);
    const again = await takeRead(dead, 8);
    expect(idsOf(again)).toEqual(["d0", "d1", "d2", "d4", "d5", "d6", "d7"]);
    expect(again[0]).not.toBe(taken[0]);
    dead.ack(again, "delivered");
    expect([dead.size, dead.bytes]).toEqual([0, 0]);
  });

  it("puts requeued events back to the head, in the order given", async () => {
    const store = await openStore(createMemoryFiles());
    const a = await store.open("a");
    await store.append([{ records: eventsOf("1", "2", "3", "4"), queues: [a] }]);
    const first = a.take(1);
    const rest = a.take(2);
    a.requeue(rest);
    a.requeue(first);
    expect(a.waiting).toBe(4);
    expect(idsOf(a.take(4))).toEqual(["1", "2", "3", "4"]);
  });

  it("reads nothing back for a destination that keeps up", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, { segmentBytes: 2000 });
    const a = await store.open("a");
    const before = files.counts.read;
    for (const id of numbered("e", 100)) {
      await store.append([{ records: eventsOf(id), queues: [a] }]);
      a.ack(a.take(10), "delivered");
    }
    expect(files.counts.read).toBe(before);
  });

  it("keeps in memory only what it may, and reads the rest back in order", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, { segmentBytes: 4000, memoryBytes: 2000 });
    const a = await store.open("a");
    const b = await store.open("b");
    const ids = numbered("e", 400);
    for (const id of ids) await store.append([{ records: eventsOf(id), queues: [a, b] }]);
    expect(await drain(a, 7)).toEqual(ids);
    expect([a.size, a.bytes]).toEqual([0, 0]);
    expect(await drain(b, 30)).toEqual(ids);
    expect(store.bytes).toBe(0);
    await store.close();
    expect((await namesOf(files)).filter((name) => name !== "acks")).toEqual([]);
  });

  it("removes a file once every destination has settled what is in it", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, { segmentBytes: 1000 });
    const a = await store.open("a");
    const b = await store.open("b");
    for (const id of numbered("e", 20)) await store.append([{ records: eventsOf(id), queues: [a, b] }]);
    const before = (await namesOf(files)).length;
    await drain(a);
    expect((await namesOf(files)).length).toBe(before);
    await drain(b);
    await store.close();
    expect(await namesOf(files)).toEqual(["acks"]);
  });

  it("refuses events while the disk is full, loses none, and takes them again by itself", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, { segmentBytes: 2000 });
    const a = await store.open("a");
    await store.append([{ records: eventsOf("1"), queues: [a] }]);
    files.capacity = files.bytes + 10;
    for (const id of ["2", "3"]) {
      await expect(store.append([{ records: eventsOf(id), queues: [a] }])).rejects.toMatchObject({
        code: "SIEM_QUEUE_WRITE",
        message: expect.stringContaining("ENOSPC"),
      });
    }
    expect(a.size).toBe(1);
    files.capacity = Number.POSITIVE_INFINITY;
    await store.append([{ records: eventsOf("4"), queues: [a] }]);
    const again = await openStore(files.killed());
    const a2 = await again.open("a");
    expect(await drain(a2)).toEqual(["1", "4"]);
  });

  it("never syncs a file again whose sync failed, and keeps what was safe in it", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const a = await store.open("a");
    await store.append([{ records: eventsOf("1"), queues: [a] }]);
    let failedPath: string | undefined;
    const synced: string[] = [];
    files.fail = (operation, path) => {
      if (operation !== "sync") return undefined;
      synced.push(path);
      if (failedPath !== undefined) return undefined;
      failedPath = path;
      return errorOf("EIO", "i/o error");
    };
    await expect(store.append([{ records: eventsOf("2"), queues: [a] }])).rejects.toMatchObject({
      code: "SIEM_QUEUE_WRITE",
    });
    await store.append([{ records: eventsOf("3"), queues: [a] }]);
    expect(synced.filter((path) => path === failedPath)).toHaveLength(1);
    expect(idsOf(a.take(9))).toEqual(["1", "3"]);
    const again = await openStore(files.withoutPower(() => 0));
    const a2 = await again.open("a");
    expect(await drain(a2)).toEqual(["1", "3"]);
  });

  it("writes settlements down a little later, so that a kill repeats only the last of them", async () => {
    const files = createMemoryFiles();
    const clock = createFakeClock();
    const store = await openStore(files, { clock });
    const a = await store.open("a");
    await store.append([{ records: eventsOf("1", "2", "3"), queues: [a] }]);
    a.ack(a.take(1), "delivered");
    await clock.advance(100);
    a.ack(a.take(1), "delivered");
    const again = await openStore(files.killed());
    const a2 = await again.open("a");
    expect(await drain(a2)).toEqual(["2", "3"]);
  });

  it("sets no timer while nothing happens", async () => {
    const clock = createFakeClock();
    const store = await openStore(createMemoryFiles(), { clock });
    const a = await store.open("a");
    await store.append([{ records: eventsOf("1"), queues: [a] }]);
    a.ack(a.take(1), "delivered");
    await clock.advance(5000);
    expect(clock.timers).toBe(0);
  });

  it("does not use a sequence twice after everything was settled and removed", async () => {
    let files = createMemoryFiles();
    for (let round = 0; round < 4; round++) {
      const store = await openStore(files);
      const a = await store.open("a");
      expect(a.size).toBe(0);
      await store.append([{ records: eventsOf(`${round}`), queues: [a] }]);
      expect(await drain(a)).toEqual([`${round}`]);
      await store.close();
      files = files.killed();
    }
    const store = await openStore(files);
    const a = await store.open("a");
    await store.append([{ records: eventsOf("last"), queues: [a] }]);
    const again = await openStore(files.killed());
    const a2 = await again.open("a");
    expect(await drain(a2)).toEqual(["last"]);
  });

  it("keeps the events of a destination that is gone, and names them", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const a = await store.open("a");
    const b = await store.open("b");
    await store.append([{ records: eventsOf("1", "2"), queues: [a, b] }]);
    const again = await openStore(files.killed());
    await again.open("b");
    expect(again.leftovers()).toMatchObject([{ destinationId: "a", events: 2, oldestAcceptedAt: 1000 }]);
    const gone = await again.open("a");
    expect(await drain(gone)).toEqual(["1", "2"]);
    expect(again.leftovers()).toEqual([]);
  });

  it("repeats nothing of a destination that went while another keeps the file, over kills and restarts", async () => {
    let files = createMemoryFiles();
    const clock = createFakeClock();
    let store = await openStore(files, { clock });
    const names = ["gone", "too"];
    const [gone, too, slow] = [await store.open("gone"), await store.open("too"), await store.open("slow")];
    await store.append([{ records: eventsOf("1", "2"), queues: [gone, too, slow] }]);
    for (const queue of [gone, too]) queue.ack(queue.take(2), "delivered");
    for (const name of names) store.forget(name, true);
    await clock.advance(100);
    for (const end of ["kill", "stop", "kill", "stop"]) {
      for (const name of names) expect((await store.open(name)).size, `${name} before a ${end}`).toBe(0);
      for (const name of names) store.forget(name, true);
      await clock.advance(100);
      if (end === "stop") await store.close();
      files = files.killed();
      store = await openStore(files, { clock });
    }
    expect(await drain(await store.open("slow"))).toEqual(["1", "2"]);
    await store.close();
  });

  it("remembers settlements while a file that is done with cannot be removed", async () => {
    const files = createMemoryFiles();
    files.fail = (operation, path) =>
      operation === "remove" && path.endsWith(".log") ? errorOf("EIO", "stays") : undefined;
    const clock = createFakeClock();
    const store = await openStore(files, { segmentBytes: 1, clock });
    const names = numbered("d", 5);
    for (const name of names) {
      const queue = await store.open(name);
      await store.append([{ records: eventsOf(name), queues: [queue] }]);
      await drain(queue);
      store.forget(name, true);
    }
    await writeAcksAnew(files, clock);
    await store.close();
    const again = await openStore(files.killed());
    for (const name of names) expect((await again.open(name)).size).toBe(0);
    await again.close();
  });

  it("does not remember destinations that came and went without end, nor keep a file that names them", async () => {
    const files = createMemoryFiles();
    const clock = createFakeClock();
    const store = await openStore(files, { clock });
    const comeAndGo = async (name: string) => {
      const queue = await store.open(name);
      await store.append([{ records: eventsOf(name), queues: [queue] }]);
      await drain(queue);
      store.forget(name, true);
    };
    for (const name of numbered("d", 2000)) await comeAndGo(name);
    await clock.advance(100);
    await comeAndGo("last");
    await writeAcksAnew(files, clock);
    const { states, nextSequence } = await readAcks(files, QUEUE_FOLDER);
    expect(states.size).toBeLessThan(300);
    expect(nextSequence).toBe(2002);
    const log = (await namesOf(files)).filter((name) => name.endsWith(".log"));
    expect(log.map((name) => files.content(`${QUEUE_FOLDER}/${name}`).length)).toEqual([
      expect.toSatisfy((bytes) => bytes < 300 * 300),
    ]);
    await store.close();
  });

  it("takes the same event twice as two events", async () => {
    const store = await openStore(createMemoryFiles());
    const a = await store.open("a");
    const b = await store.open("b");
    const records = eventsOf("1");
    await store.append([
      { records, queues: [a] },
      { records, queues: [b] },
    ]);
    a.ack(a.take(1), "delivered");
    expect([a.size, b.size]).toEqual([0, 1]);
    expect(await drain(b)).toEqual(["1"]);
  });
});

import { describe, expect, it } from "vitest";
import type { MemoryFiles } from "../../../../test/memory-files.ts";
import { createMemoryFiles, errorOf } from "../../../../test/memory-files.ts";

import { drain, eventOfSize, eventsOf, flip, openStore, QUEUE_FOLDER } from "../../../../test/queue-bench.ts";
import type { Queue } from "../queue-store.ts";
import { inspectQueueFolder } from "./queue-folder.ts";

const LOG = `${QUEUE_FOLDER}/00000001.log`;

/** A log of one event a frame, with where each frame ends, as a killed process leaves it. */
async function writeLog(...ids: readonly string[]): Promise<{ log: Buffer; ends: readonly number[] }> {
  const files = createMemoryFiles();
  const store = await openStore(files);
  const queue = await store.open("a");
  const ends: number[] = [];
  for (const id of ids) {
    await store.append([{ records: eventsOf(id), queues: [queue] }]);
    ends.push(files.content(LOG).length);
  }
  return { log: files.content(LOG), ends };
}

function filesWith(log: Buffer): MemoryFiles {
  const files = createMemoryFiles();
  files.put(LOG, log);
  return files;
}

/** What a start finds, and what the start after that one finds: nothing may depend on the first. */
async function readTwice(files: MemoryFiles): Promise<string[]> {
  const store = await openStore(files);
  const queue = await store.open("a");
  const { size } = queue;
  const next = await openStore(files.killed());
  const again = await drain(await next.open("a"));
  expect(again).toHaveLength(size);
  return again;
}

/** How much longer a frame of one event is than the event's message. */
const FRAME_OVERHEAD = 156;

/** All that waits, counted. */
async function drainCounting(queue: Queue): Promise<{ found: number; lost: number }> {
  const { size } = queue;
  let lost = 0;
  let found = 0;
  await new Promise<void>((resolve) => {
    const takeAll = () => {
      for (let taken = queue.take(3); taken.length > 0; taken = queue.take(3)) {
        found += taken.length;
        queue.ack(taken, "delivered");
      }
      if (queue.size === 0) resolve();
    };
    queue.listen({
      appended() {},
      ready: takeAll,
      lost(count) {
        lost += count;
        takeAll();
      },
    });
    takeAll();
  });
  expect(found + lost).toBe(size);
  return { found, lost };
}

describe("a log that is not whole", () => {
  it("is read back right when it is cut at any length", async () => {
    const { log, ends } = await writeLog("1", "2", "3");
    for (let length = 0; length <= log.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const found = await readTwice(filesWith(Buffer.from(log.subarray(0, length))));
      expect(found, `cut at ${length}`).toEqual(["1", "2", "3"].slice(0, whole));
    }
  });

  it("takes new events behind a cut, and has them at the next start", async () => {
    const { log, ends } = await writeLog("1", "2", "3");
    for (const length of [0, 5, 16, 17, ...ends.flatMap((end) => [end, end - 3])]) {
      const files = filesWith(Buffer.from(log.subarray(0, length)));
      const store = await openStore(files);
      const queue = await store.open("a");
      const before = queue.size;
      await store.append([{ records: eventsOf("new"), queues: [queue] }]);
      const next = await openStore(files.killed());
      const found = await drain(await next.open("a"));
      expect(found).toEqual(["1", "2", "3", "new"].filter((id) => id === "new" || Number(id) <= before));
    }
  });

  it("loses no more than one event to one flipped bit, wherever it is, and keeps the file that has it", async () => {
    const { log, ends } = await writeLog("1", "2", "3", "4");
    for (let at = 0; at < log.length; at += 3) {
      const flipped = Buffer.from(log);
      flip(flipped, at, at % 8);
      const files = filesWith(flipped);
      const found = await readTwice(files);
      const hit = ends.findIndex((end) => at < end);
      const expected = ["1", "2", "3", "4"].filter((_, index) => at < 16 || index !== hit);
      expect(found, `flipped at ${at}`).toEqual(expected);
    }
  });

  it("is set aside when it is damaged before its end, so that nothing of it is lost to a person", async () => {
    const { log, ends } = await writeLog("1", "2", "3");
    const flipped = Buffer.from(log);
    flip(flipped, (ends[0] ?? 0) + 40, 2);
    const files = filesWith(flipped);
    await openStore(files);
    expect(files.content(`${LOG}.bad`)).toEqual(flipped);
    expect(await inspectQueueFolder(QUEUE_FOLDER, files)).toMatchObject({
      setAside: ["00000001.log.bad"],
      destinations: [{ destinationId: "a", events: 2 }],
    });
  });

  it("is set aside once, whatever interrupts that", async () => {
    const { log, ends } = await writeLog("1", "2", "3");
    const flipped = Buffer.from(log);
    flip(flipped, (ends[0] ?? 0) + 40, 2);
    for (let calls = 1; calls < 60; calls++) {
      let files = filesWith(flipped);
      let left = calls;
      files.fail = () => (--left < 0 ? errorOf("EIO", "killed here") : undefined);
      await openStore(files).catch(() => undefined);
      files = files.killed();
      const store = await openStore(files);
      expect(await drain(await store.open("a")), `interrupted after ${calls} calls`).toEqual(["1", "3"]);
      expect((await files.names(QUEUE_FOLDER)).filter((name) => name.endsWith(".bad"))).toHaveLength(1);
    }
  });

  it("does not stop the rest when a closed file turns out to be damaged while it is read", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, { segmentBytes: 600, memoryBytes: 10 });
    const queue = await store.open("a");
    for (const id of ["1", "2", "3", "4", "5", "6", "7", "8", "9"]) {
      await store.append([{ records: eventsOf(id), queues: [queue] }]);
    }
    flip(files.content(LOG), 250);
    let lost = 0;
    const found: string[] = [];
    await new Promise<void>((resolve) => {
      const takeAll = () => {
        for (let taken = queue.take(2); taken.length > 0; taken = queue.take(2)) {
          found.push(...taken.map(({ id }) => id));
          queue.ack(taken, "delivered");
        }
        if (queue.size === 0) resolve();
      };
      queue.listen({
        appended() {},
        ready: takeAll,
        lost(count) {
          lost += count;
        },
      });
      takeAll();
    });
    expect(found.length + lost).toBe(9);
    expect(lost).toBe(1);
    await store.close();
    expect(await files.names(QUEUE_FOLDER)).toContain("00000001.log.bad");
  });

  it("loses nothing of other destinations to one flipped bit, wherever it is in a frame that is closed by an index", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const [a, b] = [await store.open("a"), await store.open("b")];
    const begins: number[] = [];
    // Frames of one size, a power of two: a length that is wrong by a bit leads to where another frame begins.
    for (let number = 0; number < 16; number++) {
      begins.push(number === 0 ? 16 : files.content(LOG).length);
      const queue = number % 2 === 0 ? a : b;
      await store.append([
        { records: [eventOfSize(`${number}`.padStart(2, "0"), 512 - FRAME_OVERHEAD)], queues: [queue] },
      ]);
    }
    await store.close();
    const log = files.content(LOG);
    expect(new Set(begins.map((begin) => (begin - 16) % 512))).toEqual(new Set([0]));
    const hit = 4;
    for (let bit = 0; bit < 512 * 8; bit += bit < 96 ? 1 : 41) {
      const copy = files.killed();
      copy.put(LOG, Buffer.from(log));
      flip(copy.content(LOG), (begins[hit] ?? 0) + (bit >> 3), bit & 7);
      const again = await openStore(copy);
      const [ours, foreign] = [await again.open("b"), await again.open("a")];
      expect(await drainCounting(ours), `bit ${bit}`).toEqual({ found: 8, lost: 0 });
      expect(await drainCounting(foreign), `bit ${bit}`).toEqual({ found: 7, lost: 1 });
      await again.close();
      expect(await copy.names(QUEUE_FOLDER)).toContain("00000001.log.bad");
    }
  });

  it("is read and made good again when a bit of its version is flipped", async () => {
    const { log } = await writeLog("1", "2", "3");
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(log);
      flip(flipped, 14, bit);
      const files = filesWith(flipped);
      expect((await inspectQueueFolder(QUEUE_FOLDER, files)).destinations).toMatchObject([{ events: 3 }]);
      expect(await readTwice(files)).toEqual(["1", "2", "3"]);
      expect(files.content(`${LOG}.bad`)).toEqual(flipped);
    }
    const other = Buffer.from(log);
    other.write("7", 14);
    expect(await readTwice(filesWith(other))).toEqual(["1", "2", "3"]);
  });

  it("counts the events of a file that a person has removed, and goes on with the next", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files, { segmentBytes: 600, memoryBytes: 10 });
    const queue = await store.open("a");
    for (const id of ["1", "2", "3", "4", "5", "6", "7", "8", "9"]) {
      await store.append([{ records: eventsOf(id), queues: [queue] }]);
    }
    await files.remove(`${QUEUE_FOLDER}/00000002.log`);
    const { found, lost } = await drainCounting(queue);
    expect(lost).toBeGreaterThan(0);
    expect(found).toBe(9 - lost);
    await store.close();
  });

  it("refuses a folder of another version of the format, and leaves it as it is", async () => {
    const log = Buffer.from("arbitex-queue 2\nwhatever");
    const files = filesWith(log);
    await expect(openStore(files)).rejects.toMatchObject({ code: "SIEM_QUEUE_FORMAT" });
    expect(files.content(LOG)).toEqual(log);
  });

  it("repeats events rather than losing any when the settlements are damaged", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    const queue = await store.open("a");
    await store.append([{ records: eventsOf("1", "2", "3"), queues: [queue] }]);
    queue.ack(queue.take(2), "delivered");
    await store.close();
    const acks = files.content(`${QUEUE_FOLDER}/acks`);
    for (let length = 0; length <= acks.length; length++) {
      const copy = files.killed();
      copy.put(`${QUEUE_FOLDER}/acks`, Buffer.from(acks.subarray(0, length)));
      const again = await openStore(copy);
      expect((await drain(await again.open("a"))).slice(-1), `cut at ${length}`).toEqual(["3"]);
    }
  });
});

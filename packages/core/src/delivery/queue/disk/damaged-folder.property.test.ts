import fc from "fast-check";
import { expect, it } from "vitest";
import { createFakeClock } from "../../../../test/fake-clock.ts";
import type { MemoryFiles } from "../../../../test/memory-files.ts";
import { createMemoryFiles } from "../../../../test/memory-files.ts";
import { drain, eventOfSize, flip, idsOf, openStore, QUEUE_FOLDER, takeRead } from "../../../../test/queue-bench.ts";
import { FRAME_HEADER_BYTES } from "./frame.ts";
import { FRAME_KIND, recordStarts } from "./write-batch-frame.ts";
import { scanFrames } from "./scan-frames.ts";

const IDS = ["fast", "slow", "dead"];
const OPTIONS = { segmentBytes: 4000, memoryBytes: 1000, keptSegments: 1 };

/** A folder with logs, backlogs and settlements, as a process leaves it that is killed; and what waits in it. */
async function writeFolder(): Promise<{ files: MemoryFiles; waiting: ReadonlyMap<string, readonly string[]> }> {
  const files = createMemoryFiles();
  const clock = createFakeClock();
  const store = await openStore(files, { ...OPTIONS, clock });
  const queues = await Promise.all(IDS.map(async (id) => store.open(id)));
  const waiting = new Map(IDS.map((id): [string, string[]] => [id, []]));
  for (let number = 0; number < 80; number++) {
    const to = queues.filter((_, index) => number % 4 === 0 || number % 3 === index);
    const record = eventOfSize(`e${number}`, (number * 37) % 300);
    await store.append([{ records: [record], queues: to }]);
    for (const queue of to) waiting.get(IDS[queues.indexOf(queue)] ?? "")?.push(record.id);
    for (const [index, count] of [3, 1].entries()) {
      const queue = queues[index];
      if (queue === undefined || queue.waiting < 5) continue;
      const taken = await takeRead(queue, count);
      queue.ack(taken, "delivered");
      const left = waiting.get(IDS[index] ?? "") ?? [];
      left.splice(0, left.length, ...left.filter((id) => !idsOf(taken).includes(id)));
    }
  }
  await clock.advance(100);
  return { files: files.killed(), waiting };
}

/** How many events stand in the frame at a position of a file; none in a header, an index or a mark. */
async function eventsAt(files: MemoryFiles, path: string, position: number): Promise<number> {
  let events = 0;
  await scanFrames({
    file: await files.open(path, "read"),
    from: 0,
    to: files.content(path).length,
    visit(frame) {
      const isHit = frame.offset <= position && position < frame.next;
      const kind = frame.buffer[frame.start];
      if (isHit && kind === FRAME_KIND.writeBatch && frame.next - frame.offset > FRAME_HEADER_BYTES) {
        events = recordStarts(frame).length;
      }
      return "go-on";
    },
    onBad() {},
  });
  return events;
}

it("one flipped bit, anywhere in a queue folder, costs no more than the events of the frame that it is in", async () => {
  const { files, waiting } = await writeFolder();
  const names = await files.names(QUEUE_FOLDER);
  expect(new Set(names.map((name) => name.replace(/^\d+/, "")))).toEqual(new Set([".log", ".backlog", "acks"]));
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fraction, fc.nat(7), async (name, where, bit) => {
      const damaged = files.killed();
      const path = `${QUEUE_FOLDER}/${name}`;
      const content = Buffer.from(damaged.content(path));
      const at = Math.floor(where * content.length);
      const cost = name === "acks" ? 0 : await eventsAt(damaged, path, at);
      flip(content, at, bit);
      damaged.put(path, content);
      const store = await openStore(damaged, OPTIONS);
      for (const id of IDS) {
        const found = new Set(await drain(await store.open(id), 7));
        const missing = (waiting.get(id) ?? []).filter((uid) => !found.has(uid));
        expect(missing.length, `${name}, byte ${at}, bit ${bit}, of ${id}`).toBeLessThanOrEqual(cost);
      }
      expect(store.leftovers()).toEqual([]);
      await store.close();
    }),
    { numRuns: 250 },
  );
}, 120_000);

// What a queue costs that is not emptied at once: opening it full, ten thousand that wait, one whose SIEM is dead.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Queue } from "@arbitex/core/host";
import type { QueueRun } from "./queue-run.ts";
import { makeBatch, makeRecord, mib, openQueues, openStore, settleAll } from "./records.ts";
import { createTally } from "./tally.ts";

/** Opening a full queue and reading it back. */
export async function measureDrain({ folder, batches }: QueueRun): Promise<void> {
  const path = join(folder, "drain");
  const before = await openStore(path);
  const queues = await openQueues(before, 1);
  for (let batch = 0; batch < batches; batch++) await before.append([{ records: makeBatch(), queues }]);
  await before.close();
  const startedAt = performance.now();
  const store = await openStore(path);
  print(`opened with ${batches * 100} events queued in ${(performance.now() - startedAt).toFixed(0)} ms`);
  const tally = createTally("read back and settled");
  for (const queue of await openQueues(store, 1)) await tally.run(batches * 100, () => emptied(queue));
  tally.report();
  await store.close();
}

/** Memory of ten thousand destinations that wait. */
export async function measureIdle({ folder }: QueueRun): Promise<void> {
  const count = 10_000;
  const before = process.memoryUsage().rss;
  const store = await openStore(join(folder, "idle"));
  const queues = await openQueues(store, count);
  for (const queue of queues) await store.append([{ records: [makeRecord()], queues: [queue] }]);
  queues.forEach(settleAll);
  await sleep(2000);
  const bytes = (process.memoryUsage().rss - before) / count;
  print(`${count} idle destinations that each had an event: ${(bytes / 1024).toFixed(1)} KiB of memory each`);
  await store.close();
}

/** Disk used with one of a thousand destinations dead. */
export async function measureDead({ folder, batches }: QueueRun): Promise<void> {
  const path = join(folder, "dead");
  const store = await openStore(path);
  const queues = await openQueues(store, 1000);
  const record = makeRecord();
  let deadEvents = 0;
  for (let batch = 0; batch < batches; batch++) {
    const at = (batch * 100) % queues.length;
    const some = queues.slice(at, at + 100);
    await store.append(some.map((queue) => ({ records: [makeRecord()], queues: [queue] })));
    if (at === 0) deadEvents++;
    // The first one is dead.
    for (const queue of some) if (queue !== queues[0]) settleAll(queue);
  }
  await sleep(3000);
  const files = readdirSync(path).map((name) => ({ name, bytes: statSync(join(path, name)).size }));
  const sizeOf = (some: typeof files) => mib(some.reduce((sum, { bytes }) => sum + bytes, 0));
  const published = mib(batches * 100 * record.bytes);
  const backlogs = sizeOf(files.filter(({ name }) => name.endsWith("backlog")));
  print(
    `1 of 1000 destinations dead, ${published} MiB published, ${mib(deadEvents * record.bytes)} MiB of it for the ` +
      `dead one: ${sizeOf(files)} MiB on the disk, of it ${backlogs} MiB in backlogs`,
  );
  await store.close();
}

/** Memory while events pile up for a dead destination beside a healthy one. */
export async function measureOutage({ folder, batches }: QueueRun): Promise<void> {
  const store = await openStore(join(folder, "outage"));
  const [healthy, down] = [await store.open("healthy"), await store.open("down")];
  const startedAt = performance.now();
  for (let batch = 1; batch <= batches; batch++) {
    await store.append([{ records: makeBatch(), queues: [healthy, down] }]);
    settleAll(healthy);
    if (batch % Math.ceil(batches / 10) > 0) continue;
    const { rss, heapUsed } = process.memoryUsage();
    print(
      `${String(down.size).padStart(9)} events pile up: ${mib(rss)} MiB of memory, ${mib(heapUsed)} MiB heap, ` +
        `${mib(store.bytes)} MiB on the disk, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
    );
  }
  await store.close();
}

function emptied(queue: Queue): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      settleAll(queue);
      if (queue.size === 0) resolve();
    };
    queue.listen({ appended() {}, ready: goOn, lost() {} });
    goOn();
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

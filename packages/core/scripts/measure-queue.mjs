// Append throughput of the disk queue beside the raw floor in the same run, on this machine's disk.
// node packages/core/scripts/measure-queue.mjs [append|idle|dead] [--batches N]
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, readdirSync, writevSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { createEventRecord, openDiskQueueStore, systemClock } from "../dist/host/index.js";

const [what = "append"] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const option = (name, usual) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] || usual);
const batches = process.argv.includes("--batches") ? option("batches", 2000) : 2000;
const folder = mkdtempSync(join(process.env.QUEUE_MEASURE_FOLDER ?? tmpdir(), "queue-"));
const logger = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => logger };

let made = 0;
function makeRecord(orgId) {
  const event = {
    class_uid: 6003,
    time: 1_741_824_000_000 + made,
    severity_id: 1,
    metadata: { uid: `event-${made++}` },
    message: "x".repeat(1050),
    ...(orgId && { actor: { org: { uid: orgId } } }),
  };
  return createEventRecord(event);
}

function makeBatches(count) {
  return Array.from({ length: count }, () => Array.from({ length: 100 }, () => makeRecord()));
}

function report(name, events, startedAt, cpu) {
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = events / seconds;
  console.log(
    `${name.padEnd(52)} ${Math.round(perSecond).toLocaleString("en")} events/s, ` +
      `${((seconds * 1e3) / (events / 100)).toFixed(2)} ms a batch, ${((user + system) / events).toFixed(2)} µs CPU an event`,
  );
  return perSecond;
}

/** What the disk gives: one checksum, one write and one sync for each batch, and nothing else. */
function measureFloor(given) {
  const descriptor = openSync(join(folder, "floor"), "w");
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (const records of given) {
    const payload = Buffer.from(records.map(({ json }) => json).join("\n"));
    const header = Buffer.alloc(8);
    header.writeUInt32LE(payload.length, 0);
    header.writeUInt32LE(crc32(payload), 4);
    writevSync(descriptor, [header, payload]);
    fdatasyncSync(descriptor);
  }
  const perSecond = report("floor: writev + fdatasync, length and CRC32", given.length * 100, startedAt, cpu);
  closeSync(descriptor);
  rmSync(join(folder, "floor"));
  return perSecond;
}

async function measureAppend(given, destinations, publishers) {
  const path = join(folder, `q${made++}`);
  const store = await openDiskQueueStore({ path, clock: systemClock, logger });
  const queues = await Promise.all(Array.from({ length: destinations }, async (_, index) => store.open(`d${index}`)));
  const waiting = [...given];
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  async function publish() {
    for (let records = waiting.shift(); records; records = waiting.shift()) {
      await store.append([{ records, queues }]);
      for (const queue of queues) {
        for (let taken = queue.take(100); taken.length > 0; taken = queue.take(100)) queue.ack(taken);
      }
    }
  }
  await Promise.all(Array.from({ length: publishers }, publish));
  const name = `disk queue: ${destinations} destination${destinations > 1 ? "s" : ""}, ${publishers} publisher${publishers > 1 ? "s" : ""}, all settled`;
  const perSecond = report(name, given.length * 100, startedAt, cpu);
  await store.close();
  rmSync(path, { recursive: true });
  return perSecond;
}

async function appendAll() {
  // Each measurement gets records of its own: a record that has been stored is not stored the same way again.
  for (let round = 0; round < 3; round++) {
    const floor = measureFloor(makeBatches(batches));
    for (const [destinations, publishers] of [
      [1, 1],
      [5, 1],
      [1, 8],
      [5, 8],
    ]) {
      const perSecond = await measureAppend(makeBatches(batches), destinations, publishers);
      console.log(`${" ".repeat(52)} ${Math.round((perSecond / floor) * 100)} % of the floor`);
    }
  }
}

/** Reading back what a destination left on the disk: outage over. */
async function drainAll() {
  const path = join(folder, "drain");
  let store = await openDiskQueueStore({ path, clock: systemClock, logger });
  let queue = await store.open("dead");
  for (const records of makeBatches(batches)) await store.append([{ records, queues: [queue] }]);
  await store.close();
  let startedAt = performance.now();
  store = await openDiskQueueStore({ path, clock: systemClock, logger });
  console.log(`opened with ${batches * 100} events queued in ${(performance.now() - startedAt).toFixed(0)} ms`);
  queue = await store.open("dead");
  const cpu = process.cpuUsage();
  startedAt = performance.now();
  let settled = 0;
  await new Promise((resolve) => {
    const takeAll = () => {
      for (let taken = queue.take(100); taken.length > 0; taken = queue.take(100)) {
        settled += taken.length;
        queue.ack(taken);
      }
      if (queue.size === 0) resolve();
    };
    queue.listen({ appended() {}, ready: takeAll, lost() {} });
    takeAll();
  });
  report("read back and settled, 1 destination", settled, startedAt, cpu);
  await store.close();
}

async function measureIdle() {
  const count = 10_000;
  const before = process.memoryUsage().rss;
  const store = await openDiskQueueStore({ path: folder, clock: systemClock, logger });
  const queues = [];
  for (let index = 0; index < count; index++) queues.push(await store.open(`d${index}`));
  for (const queue of queues) await store.append([{ records: [makeRecord()], queues: [queue] }]);
  for (const queue of queues) queue.ack(queue.take(1));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const bytes = (process.memoryUsage().rss - before) / count;
  console.log(`${count} idle destinations that each had an event: ${(bytes / 1024).toFixed(1)} KiB of memory each`);
  await store.close();
}

async function measureDead() {
  const path = join(folder, "dead");
  const destinations = 1000;
  const store = await openDiskQueueStore({ path, clock: systemClock, logger });
  const queues = await Promise.all(Array.from({ length: destinations }, async (_, index) => store.open(`d${index}`)));
  let deadBytes = 0;
  let peak = 0;
  for (let batch = 0; batch < batches; batch++) {
    const at = (batch * 100) % destinations;
    const parcels = Array.from({ length: 100 }, (_, index) => ({
      records: [makeRecord()],
      queues: [queues[at + index]],
    }));
    if (at === 0) deadBytes += parcels[0].records[0].bytes;
    await store.append(parcels);
    for (const queue of queues.slice(Math.max(1, at), at + 100)) queue.ack(queue.take(100));
    if (batch % 500 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const all = readdirSync(path).map((name) => [name, statSync(join(path, name)).size]);
  const used = all.reduce((sum, [, size]) => sum + size, 0);
  const backlog = all.filter(([name]) => name.endsWith("backlog")).reduce((sum, [, size]) => sum + size, 0);
  console.log(
    `1 of ${destinations} destinations dead, ${mib(batches * 100 * 1150)} MiB published: ${mib(used)} MiB on the disk, ` +
      `of it ${mib(backlog)} MiB backlog; the dead one's events are ${mib(deadBytes)} MiB; peak memory ${mib(peak)} MiB`,
  );
  await store.close();
}

const mib = (bytes) => (bytes / 1024 / 1024).toFixed(1);

try {
  await { append: appendAll, drain: drainAll, idle: measureIdle, dead: measureDead }[what]();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

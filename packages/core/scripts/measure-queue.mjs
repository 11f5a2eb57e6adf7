// What the disk queue costs, on this machine and its disk. Build first.
// node packages/core/scripts/measure-queue.mjs [append|drain|idle|dead|outage] [--batches N]
//   append  throughput at batches of 100 events beside the raw floor, in turns within one run
//   drain   opening a full queue and reading it back
//   idle    memory of ten thousand destinations that wait
//   dead    disk used with one of a thousand destinations dead
//   outage  memory while events pile up for a dead destination beside a healthy one
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writevSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { createEventRecord, openDiskQueueStore, systemClock } from "../dist/host/index.js";

const [what = "append"] = process.argv.slice(2).filter((word) => /^[a-z]/.test(word));
const batchesAt = process.argv.indexOf("--batches");
const batches = batchesAt < 0 ? 2000 : Number(process.argv[batchesAt + 1]);
const folder = mkdtempSync(join(process.env.QUEUE_MEASURE_FOLDER ?? tmpdir(), "queue-"));
const logger = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => logger };
const SLICE = 40;
const measurements = { append, drain, idle, dead, outage };

try {
  await measurements[what]();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** In turns, a slice each, so that whatever else the machine does hits all of them alike. */
async function append() {
  const floor = openFloor();
  const floorTally = createTally(floor.name);
  const contestants = [];
  for (const [destinations, publishers] of [
    [1, 1],
    [5, 1],
    [1, 8],
    [5, 8],
  ]) {
    const contestant = await openContestant(destinations, publishers);
    contestants.push({ contestant, tally: createTally(contestant.name) });
  }
  for (let done = 0; done < batches; done += SLICE) {
    const given = makeBatches(SLICE);
    await floorTally.run(SLICE * 100, () => floor.append(given));
    for (const { contestant, tally } of contestants) {
      // Records of its own: one that has been stored is not stored the same way again.
      const own = makeBatches(SLICE);
      await tally.run(SLICE * 100, () => contestant.append(own));
    }
  }
  const perSecond = floorTally.report();
  for (const { contestant, tally } of contestants) {
    tally.report(perSecond);
    await contestant.close();
  }
  floor.close();
}

/** What the disk gives: one checksum, one write and one sync for each batch, and nothing else. */
function openFloor() {
  const descriptor = openSync(join(folder, "floor"), "w");
  return {
    name: "floor: writev + fdatasync, length and CRC32",
    append(given) {
      for (const records of given) {
        const payload = Buffer.from(records.map(({ json }) => json).join("\n"));
        const header = Buffer.alloc(8);
        header.writeUInt32LE(payload.length, 0);
        header.writeUInt32LE(crc32(payload), 4);
        writevSync(descriptor, [header, payload]);
        fdatasyncSync(descriptor);
      }
    },
    close: () => closeSync(descriptor),
  };
}

async function openContestant(destinations, publishers) {
  const store = await openStore();
  const queues = await openQueues(store, destinations);
  return {
    name: `disk queue: ${destinations} destination(s), ${publishers} publisher(s)`,
    async append(given) {
      const waiting = [...given];
      await Promise.all(
        Array.from({ length: publishers }, async () => {
          for (let records = waiting.shift(); records; records = waiting.shift()) {
            await store.append([{ records, queues }]);
            queues.forEach(settleAll);
          }
        }),
      );
    },
    close: () => store.close(),
  };
}

async function drain() {
  const path = join(folder, "drain");
  let store = await openStore(path);
  let [queue] = await openQueues(store, 1);
  for (let batch = 0; batch < batches; batch++) await store.append([{ records: makeBatch(), queues: [queue] }]);
  await store.close();
  const startedAt = performance.now();
  store = await openStore(path);
  console.log(`opened with ${batches * 100} events queued in ${(performance.now() - startedAt).toFixed(0)} ms`);
  [queue] = await openQueues(store, 1);
  const tally = createTally("read back and settled");
  await tally.run(batches * 100, async () => {
    await new Promise((resolve) => {
      const goOn = () => {
        settleAll(queue);
        if (queue.size === 0) resolve();
      };
      queue.listen({ appended() {}, ready: goOn, lost() {} });
      goOn();
    });
  });
  tally.report();
  await store.close();
}

async function idle() {
  const count = 10_000;
  const before = process.memoryUsage().rss;
  const store = await openStore();
  const queues = await openQueues(store, count);
  for (const queue of queues) await store.append([{ records: [makeRecord()], queues: [queue] }]);
  queues.forEach(settleAll);
  await wait(2000);
  const bytes = (process.memoryUsage().rss - before) / count;
  console.log(`${count} idle destinations that each had an event: ${(bytes / 1024).toFixed(1)} KiB of memory each`);
  await store.close();
}

async function dead() {
  const path = join(folder, "dead");
  const store = await openStore(path);
  const queues = await openQueues(store, 1000);
  let deadBytes = 0;
  let allBytes = 0;
  for (let batch = 0; batch < batches; batch++) {
    const at = (batch * 100) % queues.length;
    const writeBatches = queues.slice(at, at + 100).map((queue) => ({ records: [makeRecord()], queues: [queue] }));
    for (const { records } of writeBatches) allBytes += records[0].bytes;
    if (at === 0) deadBytes += writeBatches[0].records[0].bytes;
    await store.append(writeBatches);
    queues.slice(Math.max(1, at), at + 100).forEach(settleAll);
  }
  await wait(3000);
  const files = readdirSync(path).map((name) => [name, statSync(join(path, name)).size]);
  const sizeOf = (isCounted) => mib(files.filter(isCounted).reduce((sum, [, size]) => sum + size, 0));
  console.log(
    `1 of 1000 destinations dead, ${mib(allBytes)} MiB published, ${mib(deadBytes)} MiB of it for the dead one: ` +
      `${sizeOf(() => true)} MiB on the disk, of it ${sizeOf(([name]) => name.endsWith("backlog"))} MiB in backlogs`,
  );
  await store.close();
}

async function outage() {
  const path = join(folder, "outage");
  const store = await openStore(path);
  const [healthy, down] = await openQueues(store, 2);
  const startedAt = performance.now();
  for (let batch = 1; batch <= batches; batch++) {
    await store.append([{ records: makeBatch(), queues: [healthy, down] }]);
    settleAll(healthy);
    if (batch % Math.ceil(batches / 10) > 0) continue;
    const { rss, heapUsed } = process.memoryUsage();
    console.log(
      `${String(down.size).padStart(9)} events pile up: ${mib(rss)} MiB of memory, ${mib(heapUsed)} MiB heap, ` +
        `${mib(store.bytes)} MiB on the disk, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
    );
  }
  await store.close();
}

/** Time and processor time that went into some events. */
function createTally(name) {
  let seconds = 0;
  let micros = 0;
  let events = 0;
  return {
    async run(count, act) {
      const cpu = process.cpuUsage();
      const startedAt = performance.now();
      await act();
      seconds += (performance.now() - startedAt) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      micros += user + system;
      events += count;
    },
    report(floor) {
      const perSecond = events / seconds;
      const share = floor === undefined ? "" : `, ${Math.round((perSecond / floor) * 100)} % of the floor`;
      const batchMs = ((seconds * 1000) / (events / 100)).toFixed(2);
      console.log(
        `${name.padEnd(44)} ${Math.round(perSecond).toLocaleString("en").padStart(9)} events/s, ${batchMs} ms a batch, ` +
          `${(micros / events).toFixed(2)} µs CPU an event${share}`,
      );
      return perSecond;
    },
  };
}

function openStore(path = mkdtempSync(join(folder, "store-"))) {
  return openDiskQueueStore({ path, clock: systemClock, logger });
}

function openQueues(store, count) {
  return Promise.all(Array.from({ length: count }, async (_, index) => store.open(`d${index}`)));
}

function settleAll(queue) {
  for (let taken = queue.take(100); taken.length > 0; taken = queue.take(100)) queue.ack(taken);
}

function makeBatches(count) {
  return Array.from({ length: count }, makeBatch);
}

function makeBatch() {
  return Array.from({ length: 100 }, makeRecord);
}

function makeRecord() {
  return createEventRecord({
    class_uid: 6003,
    time: 1_741_824_000_000,
    severity_id: 1,
    message: "x".repeat(1050),
  });
}

function mib(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}

// The process that kill-queue.mjs kills: appends, takes and settles, and says on stdout what it has done, each line
// before anybody could know better. Lines: `q DESTINATION RANGES` what it found; `ready`; `a RANGE` accepted; `d
// DESTINATION RANGES` delivered.
import { writeSync } from "node:fs";
// Not the whole host: most of the time would go into loading it.
import { systemClock } from "../packages/core/dist/clock.js";
import { openDiskQueueStore } from "../packages/core/dist/delivery/queue/disk/disk-queue-store.js";
import { AcceptedEvent } from "../packages/core/dist/event/accepted-event.js";

const [path, firstId, seed] = process.argv.slice(2);
let nextId = Number(firstId);
let state = Number(seed) + 1;
const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };

const store = await openDiskQueueStore({
  path,
  clock: systemClock,
  logger,
  segmentBytes: 64 * 1024,
  memoryBytes: 256 * 1024,
  keptSegments: 2,
});
const queues = new Map();
for (const id of ["fast", "slow", "dead"]) queues.set(id, await store.open(id));

for (const [id, queue] of queues) {
  const found = await takeAll(queue);
  say(`q ${id} ${rangesOf(found.map(numberOf))}`);
  queue.requeue(found);
}
say("ready");

const isDeadBack = random() < 0.3;
const stopping = new AbortController();
process.on("SIGTERM", () => stopping.abort());
const publishers = Array.from({ length: 3 }, publish);
for (const [id, queue] of queues)
  queue.listen({ appended: () => settle(id, queue), ready: () => settle(id, queue), lost() {} });
for (const [id, queue] of queues) settle(id, queue);
await Promise.all(publishers);
await store.close();
say("closed");

async function publish() {
  while (!stopping.signal.aborted) {
    const from = nextId;
    nextId += 1 + Math.floor(random() * 40);
    const to = nextId - 1;
    const records = [];
    for (let number = from; number <= to; number++) {
      const json = JSON.stringify({ metadata: { uid: `${number}` }, message: "x".repeat(Math.floor(random() * 800)) });
      const numbers = { classUid: 6003, severityId: 1, time: 1, acceptedAt: Date.now() };
      records.push(new AcceptedEvent({ id: `${number}`, orgId: null, ...numbers, json }));
    }
    await store.append([{ records, queues: [...queues.values()] }]);
    say(`a ${from}-${to}`);
  }
}

/** The fast one settles all at once, the slow one some of it and out of order, the dead one only in some lives. */
function settle(id, queue) {
  if (id === "dead" && !isDeadBack) return;
  for (let taken = queue.take(100); taken.length > 0; taken = queue.take(100)) {
    const delivered = id === "slow" ? taken.filter(() => random() < 0.7) : taken;
    const back = taken.filter((record) => !delivered.includes(record));
    say(`d ${id} ${rangesOf(delivered.map(numberOf))}`);
    queue.ack(delivered);
    queue.requeue(back);
    if (back.length > 0 && random() < 0.5) return;
  }
}

async function takeAll(queue) {
  const found = [];
  while (queue.waiting > 0) {
    const ready = new Promise((resolve) => queue.listen({ appended() {}, ready: resolve, lost: resolve }));
    const taken = queue.take(1000);
    if (taken.length === 0) await ready;
    found.push(...taken);
  }
  return found;
}

function numberOf(record) {
  return Number(record.id);
}

/** `1-5,7-7`: neighbours are one range, in the order given. */
function rangesOf(numbers) {
  const ranges = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => `${from}-${to}`).join(",");
}

function say(line) {
  writeSync(1, `${line}\n`);
}

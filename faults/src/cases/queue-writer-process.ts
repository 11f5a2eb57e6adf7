// The process that kill-queue.ts kills: appends, takes and settles, and says on stdout what it has done, each line
// before anybody could know better. Lines: `q DESTINATION RANGES` what it found; `ready`; `a RANGE` accepted; `d
// DESTINATION RANGES` delivered.
import { writeSync } from "node:fs";
// Not the whole host: most of the time would go into loading it.
import { systemClock } from "../../../packages/core/dist/clock.js";
import { openDiskQueueStore } from "../../../packages/core/dist/delivery/queue/disk/disk-queue-store.js";
import type { Queue } from "../../../packages/core/dist/delivery/queue/queue-store.js";
import { AcceptedEvent } from "../../../packages/core/dist/event/accepted-event.js";
import { silentLogger } from "../../../packages/core/dist/telemetry/logger.js";
import { createChance } from "../schedule/seeded.ts";
import { rangesOf } from "./ranges.ts";

const [path = "", firstId, seed] = process.argv.slice(2);
let nextId = Number(firstId);
const chance = createChance(Number(seed));

const store = await openDiskQueueStore({
  path,
  clock: systemClock,
  logger: silentLogger,
  segmentBytes: 64 * 1024,
  memoryBytes: 256 * 1024,
  keptSegments: 2,
});
const queues = new Map<string, Queue>();
for (const id of ["fast", "slow", "dead"]) queues.set(id, await store.open(id));

for (const [id, queue] of queues) {
  const found = await takeAll(queue);
  say(`q ${id} ${rangesOf(found.map(numberOf))}`);
  queue.requeue(found);
}
say("ready");

const isDeadBack = chance.isLucky(0.3);
const stopping = new AbortController();
process.on("SIGTERM", () => stopping.abort());
const publishers = Array.from({ length: 3 }, publish);
for (const [id, queue] of queues) {
  queue.listen({ appended: () => settle(id, queue), ready: () => settle(id, queue), lost() {} });
}
for (const [id, queue] of queues) settle(id, queue);
await Promise.all(publishers);
await store.close();
say("closed");

async function publish(): Promise<void> {
  while (!stopping.signal.aborted) {
    const from = nextId;
    nextId += chance.integer(1, 40);
    const to = nextId - 1;
    const records: AcceptedEvent[] = [];
    for (let number = from; number <= to; number++) {
      const id = String(number);
      const json = JSON.stringify({ metadata: { uid: id }, message: "x".repeat(chance.integer(0, 799)) });
      const numbers = { classUid: 6003, severityId: 1, time: 1, acceptedAt: Date.now() };
      records.push(new AcceptedEvent({ id, orgId: null, ...numbers, json }));
    }
    await store.append([{ records, queues: [...queues.values()] }]);
    say(`a ${from}-${to}`);
  }
}

/** The fast one settles all at once, the slow one some of it and out of order, the dead one only in some lives. */
function settle(id: string, queue: Queue): void {
  if (id === "dead" && !isDeadBack) return;
  for (let taken = queue.take(100); taken.length > 0; taken = queue.take(100)) {
    const delivered = id === "slow" ? taken.filter(() => chance.isLucky(0.7)) : taken;
    const back = taken.filter((record) => !delivered.includes(record));
    say(`d ${id} ${rangesOf(delivered.map(numberOf))}`);
    queue.ack(delivered, "delivered");
    queue.requeue(back);
    if (back.length > 0 && chance.isLucky(0.5)) return;
  }
}

async function takeAll(queue: Queue): Promise<readonly AcceptedEvent[]> {
  const found: AcceptedEvent[] = [];
  while (queue.waiting > 0) {
    const ready = new Promise<void>((resolve) => {
      queue.listen({ appended() {}, ready: resolve, lost: () => resolve() });
    });
    const taken = queue.take(1000);
    if (taken.length === 0) await ready;
    found.push(...taken);
  }
  return found;
}

function numberOf({ id }: AcceptedEvent): number {
  return Number(id);
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

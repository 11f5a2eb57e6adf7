// Throughput at batches of 100 events beside the raw floor, in turns within one run, a slice each: whatever else the machine
// does hits all of them alike.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, writevSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { QueueRun } from "./queue-run.ts";
import type { Records } from "./records.ts";
import { makeBatch, openQueues, openStore, settleAll } from "./records.ts";
import { createTally } from "./tally.ts";

const SLICE = 40;

interface Contestant {
  readonly name: string;
  append(batches: readonly Records[]): Promise<void> | void;
  close(): Promise<void> | void;
}

export async function measureAppend({ folder, batches }: QueueRun): Promise<void> {
  const floor = openFloor(folder);
  const contestants = [
    floor,
    await openContestant(folder, { destinations: 1, publishers: 1 }),
    await openContestant(folder, { destinations: 5, publishers: 1 }),
    await openContestant(folder, { destinations: 1, publishers: 8 }),
    await openContestant(folder, { destinations: 5, publishers: 8 }),
  ];
  const tallies = contestants.map((contestant) => ({ contestant, tally: createTally(contestant.name) }));
  for (let done = 0; done < batches; done += SLICE) {
    for (const { contestant, tally } of tallies) {
      // Records of its own: one that has been stored is not stored the same way again.
      const own = Array.from({ length: SLICE }, makeBatch);
      await tally.run(SLICE * 100, () => contestant.append(own));
    }
  }
  let perSecond: number | undefined;
  for (const { contestant, tally } of tallies) {
    const own = tally.report(perSecond);
    perSecond ??= own;
    await contestant.close();
  }
}

/** What the disk gives: one checksum, one write and one sync for each batch, and nothing else. */
function openFloor(folder: string): Contestant {
  const descriptor = openSync(join(folder, "floor"), "w");
  return {
    name: "floor: writev + fdatasync, length and CRC32",
    append(batches) {
      for (const records of batches) {
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

interface Setting {
  readonly destinations: number;
  readonly publishers: number;
}

async function openContestant(folder: string, { destinations, publishers }: Setting): Promise<Contestant> {
  const store = await openStore(mkdtempSync(join(folder, "store-")));
  const queues = await openQueues(store, destinations);
  return {
    name: `disk queue: ${destinations} destination(s), ${publishers} publisher(s)`,
    async append(batches) {
      const waiting = [...batches];
      const publish = async () => {
        for (let records = waiting.shift(); records !== undefined; records = waiting.shift()) {
          await store.append([{ records, queues }]);
          queues.forEach(settleAll);
        }
      };
      await Promise.all(Array.from({ length: publishers }, publish));
    },
    close: () => store.close(),
  };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createReceiver } from "../../test/receiver.ts";
import { readDeadLetters } from "../delivery/dead-letters/dead-letter-file.ts";
import { createMemoryQueueStore } from "../delivery/queue/memory-queue-store.ts";
import type { Queue, QueueStore } from "../delivery/queue/queue-store.ts";
import type { Host } from "./host.ts";
import { createHost } from "./host.ts";

let folder: string;
let host: Host;
const queues = new Map<string, Queue>();

/** A store that is about to delete everything. */
function expiringStore(): QueueStore {
  const store = createMemoryQueueStore();
  return {
    ...store,
    durable: true,
    get bytes() {
      return store.bytes;
    },
    open(id) {
      const queue = queues.get(id) ?? store.open(id);
      if (queue instanceof Promise) throw new TypeError("a memory queue opens at once");
      queues.set(id, queue);
      return queue;
    },
    forget() {},
    async giveExpiring(give) {
      for (const [destinationId, queue] of queues) {
        const records = queue.take(1000);
        if (records.length > 0) await give({ destinationId, queue, records, reason: "it is deleted" });
      }
    },
  };
}

const paused = createReceiver("paused", { delivery: { paused: true }, filter: { minSeverityId: 3 } }).destination;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "expiring-"));
  host = await createHost({ destinations: [paused], queueStore: expiringStore(), deadLetterPath: folder });
  const event = { class_uid: 6003, time: 1, metadata: { version: "1.1.0" } };
  await host.publish([1, 3, 4].map((severity) => ({ ...event, severity_id: severity })));
});
afterEach(async () => {
  await host.stop({ deadlineMs: 0 });
  queues.clear();
  await rm(folder, { recursive: true });
});

async function deadLetters(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of readDeadLetters(join(folder, "paused.jsonl"))) {
    if ("deadLetter" in entry) found.push(`${entry.deadLetter.stage}: ${entry.deadLetter.reason}`);
  }
  return found;
}

const nobody = async () => {
  throw new TypeError("nothing is asked of a destination with an account");
};

it("dead-letters what an open destination wanted and did not get, and accounts for all of it", async () => {
  await host.deadLetterExpiring(nobody);
  expect(await deadLetters()).toEqual(Array.from({ length: 2 }, () => "expired: it is deleted: paused by hand"));
  expect(host.statusOf("paused")).toMatchObject({
    queued: 0,
    counts: { accepted: 3, filtered: 1, deadLettered: { expired: 2 } },
  });
});

it("goes on with the account of a destination that was removed and whose events are kept", async () => {
  await host.remove("paused", { leftover: "keep" });
  const told = { destination: paused, stage: "expired", reason: "the destination is disabled" } as const;
  await host.deadLetterExpiring(async () => told);
  expect(await deadLetters()).toEqual(
    Array.from({ length: 2 }, () => "expired: it is deleted: the destination is disabled"),
  );
  expect(host.statusOf("paused")).toMatchObject({ queued: 0, counts: { filtered: 1, deadLettered: { expired: 2 } } });
});

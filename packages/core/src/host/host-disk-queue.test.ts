import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createFakeClock } from "../../test/fake-clock.ts";
import { defineConnector } from "../connector/connector.ts";
import { ndjson } from "../connector/framing.ts";
import type { SendResult } from "../connector/send-result.ts";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import { totalOf } from "../delivery/queue/delivery-counts.ts";
import { readDeadLetters } from "../delivery/dead-letters/dead-letter-file.ts";
import type { DiskQueueStore } from "../delivery/queue/disk/disk-queue-store.ts";
import { openDiskQueueStore } from "../delivery/queue/disk/disk-queue-store.ts";
import { deadLetterLeftover } from "../delivery/pipeline/leftover.ts";
import { silentLogger } from "../telemetry/logger.ts";
import type { Destination } from "./config/destination.ts";
import type { Host } from "./host.ts";
import { createHost } from "./host.ts";

let folder: string;
const hosts: Host[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "host-disk-"));
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop({ deadlineMs: 0 })));
  await rm(folder, { recursive: true });
});

interface Receiver {
  readonly destination: Destination;
  readonly received: string[];
  answer: SendResult;
}

function receiver(id: string, delivery: Destination["delivery"] = {}): Receiver {
  const self: Receiver = {
    received: [],
    answer: { kind: "accepted" },
    destination: {
      id,
      config: {},
      delivery: { batchSize: 10, flushIntervalMs: 0, maxRetries: 0, ...delivery },
      connector: defineConnector({
        type: "test",
        displayName: "Test",
        guarantee: "accepted",
        configSchema: z.strictObject({}),
        limits: { maxBatchBytes: 100_000 },
        framing: ndjson,
        open: () => ({
          encode: (record) => record.json,
          async send(batch) {
            const { answer } = self;
            if (answer.kind === "accepted") self.received.push(...batch.records.map((record) => record.id));
            return answer;
          },
        }),
      }),
    },
  };
  return self;
}

const DOWN: SendResult = { kind: "retry", reason: "503" };

async function open(
  receivers: readonly Receiver[],
  clock: Clock = systemClock,
): Promise<{ host: Host; store: DiskQueueStore }> {
  const store = await openDiskQueueStore({
    path: join(folder, "queue"),
    clock: systemClock,
    logger: silentLogger,
    segmentBytes: 10_000,
    memoryBytes: 10_000,
  });
  const host = await createHost({
    destinations: receivers.map(({ destination }) => destination),
    deadLetterPath: join(folder, "dead-letters"),
    queueStore: store,
    clock,
  });
  hosts.push(host);
  return { host, store };
}

function event(uid: string) {
  return { class_uid: 6003, time: 1, metadata: { uid } };
}

function events(count: number, first = 0) {
  return Array.from({ length: count }, (_, index) => event(`e${first + index}`));
}

function eventsOf(org: string, count: number, first = 0) {
  return events(count, first).map((one) => ({ ...one, metadata: { ...one.metadata, tenant_uid: org } }));
}

function accountOf(host: Host, id: string) {
  const status = host.status().destinations.find((destination) => destination.id === id);
  if (status === undefined) throw new Error(`no ${id}`);
  const { takenOver, accepted, delivered, filtered, unreadable, deadLettered } = status.counts;
  expect(takenOver + accepted).toBe(delivered + filtered + unreadable + totalOf(deadLettered) + status.queued);
  return { accepted, delivered, queued: status.queued, health: status.health };
}

describe("a host with a disk queue", () => {
  it("delivers what it accepted, and leaves nothing behind", async () => {
    const [a, b] = [receiver("a"), receiver("b")];
    const { host } = await open([a, b]);
    await host.publish(events(500));
    await host.settled();
    expect(accountOf(host, "a")).toEqual({ accepted: 500, delivered: 500, queued: 0, health: "healthy" });
    expect(b.received.toSorted()).toEqual(a.received.toSorted());
    await host.stop();
    expect(await readdir(join(folder, "queue"))).toEqual(["acks"]);
  });

  it("holds the events of a SIEM that is down, over a restart, and delivers them in order when it is back", async () => {
    const down = receiver("down", { ordered: true });
    down.answer = DOWN;
    const first = await open([down]);
    await first.host.publish(events(300));
    await first.host.settled();
    expect(accountOf(first.host, "down")).toEqual({ accepted: 300, delivered: 0, queued: 300, health: "degraded" });
    await first.host.stop({ deadlineMs: 0 });

    down.answer = { kind: "accepted" };
    const { host } = await open([down]);
    await host.publish(events(50, 300));
    await host.settled();
    expect(accountOf(host, "down")).toEqual({ accepted: 50, delivered: 350, queued: 0, health: "healthy" });
    expect(down.received).toEqual(events(350).map(({ metadata }) => metadata.uid));
  });

  it("sends one organisation what is its own, and dead-letters what is another's, when it was given the destination", async () => {
    const [first, second] = ["0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001", "0192f0a1-7b1c-7c3e-9b58-6A1F0C0DE002"];
    const down = receiver("given");
    down.answer = DOWN;
    const owned = (orgId: string) => [{ ...down, destination: { ...down.destination, orgId } }];
    const before = await open(owned(first));
    await before.host.publish(eventsOf(first, 250));
    await before.host.stop({ deadlineMs: 0 });

    down.answer = { kind: "accepted" };
    const { host } = await open(owned(second));
    await host.publish(eventsOf(second.toLowerCase(), 30, 1000));
    await host.settled();
    expect(accountOf(host, "given")).toMatchObject({ accepted: 30, delivered: 30, queued: 0 });
    expect(down.received).toEqual(eventsOf(second, 30, 1000).map(({ metadata }) => metadata.uid));
    const orgs: (string | null)[] = [];
    for await (const line of readDeadLetters(join(folder, "dead-letters", "given.jsonl"))) {
      if (line.kind === "dead-letter") orgs.push(line.deadLetter.orgId);
    }
    expect(orgs).toEqual(Array.from({ length: 250 }, () => first));
  });

  it("dead-letters as expired what was accepted too long ago, before the restart included", async () => {
    const down = receiver("down", { holdForMs: 3_600_000 });
    down.answer = DOWN;
    const first = await open([down]);
    await first.host.publish(events(300));
    await first.host.settled();
    await first.host.stop({ deadlineMs: 0 });

    const clock = createFakeClock(Date.now() + 4_000_000);
    const { host } = await open([down], clock);
    while (accountOf(host, "down").queued > 0) await clock.advance(1000);
    expect(host.status().destinations[0]?.counts.deadLettered).toMatchObject({ expired: 300 });
  });

  it("refuses what would be too much on the disk, by the destination's own rule", async () => {
    const down = receiver("down", { maxQueuedBytes: 2000, overflow: "reject" });
    down.answer = DOWN;
    const { host } = await open([down]);
    const published = await Promise.allSettled(events(100).map((one) => host.publish(one)));
    const refused = published.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(50);
    expect(refused[0]).toMatchObject({ reason: { code: "SIEM_QUEUE_FULL" } });
    expect(host.status().destinations[0]?.queueBytes).toBeLessThanOrEqual(2000);
    expect(accountOf(host, "down").accepted).toBe(100 - refused.length);
  });

  it("dead-letters what a destination left that is no longer configured", async () => {
    const gone = receiver("gone");
    gone.answer = DOWN;
    const first = await open([gone]);
    await first.host.publish(events(120));
    await first.host.stop({ deadlineMs: 0 });

    const { store } = await open([receiver("other")]);
    expect(store.leftovers()).toMatchObject([{ destinationId: "gone", events: 120 }]);
    const written: string[] = [];
    const deadLetters = {
      append: async (more: readonly { stage: string; record: { id: string } }[]) => {
        written.push(...more.map(({ stage, record }) => `${stage} ${record.id}`));
      },
      close: async () => {},
    };
    expect(await deadLetterLeftover({ store, destinationId: "gone", type: "test", deadLetters })).toBe(120);
    expect(written).toEqual(events(120).map(({ metadata }) => `removed ${metadata.uid}`));
    expect(store.leftovers()).toEqual([]);
  });

  it("dead-letters it while the others go on, and routes nothing to it", async () => {
    const gone = receiver("gone");
    gone.answer = DOWN;
    const first = await open([gone]);
    await first.host.publish(events(120));
    await first.host.stop({ deadlineMs: 0 });

    const other = receiver("other");
    const { host, store } = await open([other]);
    const settling = host.deadLetterLeftover(gone.destination);
    await host.publish(events(50, 120));
    expect(await settling).toBe(120);
    await host.settled();
    expect(other.received).toHaveLength(50);
    const stages: string[] = [];
    for await (const line of readDeadLetters(join(folder, "dead-letters", "gone.jsonl"))) {
      if (line.kind === "dead-letter") stages.push(line.deadLetter.stage);
    }
    expect(stages).toEqual(Array.from({ length: 120 }, () => "removed"));
    expect(store.leftovers()).toEqual([]);
    expect(await host.deadLetterLeftover(other.destination)).toBe(0);
  });

  it("dead-letters what it kept of a removed destination", async () => {
    const gone = receiver("gone");
    gone.answer = DOWN;
    const { host, store } = await open([gone]);
    await host.publish(events(120));
    await host.remove("gone", { leftover: "keep" });
    expect(await host.deadLetterLeftover(gone.destination)).toBe(120);
    expect(host.statusOf("gone")).toBeUndefined();
    expect(store.leftovers()).toEqual([]);
  });
});

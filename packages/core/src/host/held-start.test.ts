import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createMemoryFiles } from "../../test/memory-files.ts";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import { defineConnector } from "../connector/connector.ts";
import { ndjson } from "../connector/framing.ts";
import type { SendResult } from "../connector/send-result.ts";
import { openDiskQueueStore } from "../delivery/queue/disk/disk-queue-store.ts";
import { totalOf } from "../delivery/queue/delivery-counts.ts";
import type { Files } from "../files/files.ts";
import { nodeFiles } from "../files/files.ts";
import { silentLogger } from "../telemetry/logger.ts";
import type { Destination } from "./config/destination.ts";
import type { Host } from "./host.ts";
import { createHost } from "./host.ts";

let folder: string;
const hosts: Host[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "held-start-"));
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop({ deadlineMs: 0 })));
  await rm(folder, { recursive: true });
});

const DOWN: SendResult = { kind: "retry", reason: "503" };

interface Receiver {
  readonly destination: Destination;
  readonly received: string[];
  answer: SendResult;
}

function receiver(id: string, delivery: Destination["delivery"] = {}, orgId: string | null = null): Receiver {
  const self: Receiver = {
    received: [],
    answer: { kind: "accepted" },
    destination: {
      id,
      orgId,
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
          async send({ records }) {
            if (self.answer.kind === "accepted") self.received.push(...records.map(({ id: uid }) => uid));
            return self.answer;
          },
        }),
      }),
    },
  };
  return self;
}

function down(id: string, delivery?: Destination["delivery"], orgId?: string): Receiver {
  return Object.assign(receiver(id, delivery, orgId), { answer: DOWN });
}

async function open(receivers: readonly Receiver[], files: Files = nodeFiles, clock: Clock = systemClock) {
  const queueStore = await openDiskQueueStore({
    path: join(folder, "queue"),
    clock: systemClock,
    logger: silentLogger,
    segmentBytes: 10_000,
    memoryBytes: 10_000,
    files,
    ...(files !== nodeFiles && { lock: async () => freeLock }),
  });
  const destinations = receivers.map(({ destination }) => destination);
  const host = await createHost({ destinations, deadLetterPath: join(folder, "dead-letters"), queueStore, clock });
  hosts.push(host);
  return host;
}

const freeLock = {
  isFromUnknown: false,
  isFresh: () => true,
  confirm: async () => {},
  release: async () => {},
};

function events(count: number, first = 0, org?: string) {
  return Array.from({ length: count }, (_, index) => ({
    class_uid: 6003,
    time: 1,
    metadata: { uid: `e${first + index}`, ...(org !== undefined && { tenant_uid: org }) },
  }));
}

const names = (count: number, first = 0) => Array.from({ length: count }, (_, index) => `e${first + index}`);

function accountOf(host: Host, id: string) {
  const status = host.statusOf(id);
  if (status === undefined) throw new Error(`no ${id}`);
  const { takenOver, accepted, delivered, filtered, unreadable, deadLettered } = status.counts;
  expect(takenOver + accepted).toBe(delivered + filtered + unreadable + totalOf(deadLettered) + status.queued);
  return { accepted, delivered, queued: status.queued };
}

function whenDelivered(host: Host, id: string, count: number): Promise<void> {
  return vi.waitFor(() => expect(accountOf(host, id).delivered).toBe(count), { timeout: 30_000 });
}

describe("a destination that starts with what is held", () => {
  it("gets each event that another has not settled, once, and the later ones", async () => {
    const slow = receiver("slow");
    const host = await open([slow]);
    await host.publish(events(50));
    await whenDelivered(host, "slow", 50);
    slow.answer = DOWN;
    await host.publish(events(400, 50));
    const fresh = receiver("fresh", { heldSince: 0 });
    await host.open(fresh.destination);
    await host.publish(events(20, 450));
    await whenDelivered(host, "fresh", 420);
    expect(fresh.received.toSorted()).toEqual(names(420, 50).toSorted());
    expect(accountOf(host, "fresh")).toEqual({ accepted: 420, delivered: 420, queued: 0 });
    expect(accountOf(host, "slow").queued).toBe(420);
    await vi.waitFor(async () => expect(await readdir(join(folder, "queue", "starts"))).toEqual([]));
  });

  it("gets it although the others settle it meanwhile", async () => {
    const slow = down("slow");
    const host = await open([slow]);
    await host.publish(events(300));
    const fresh = down("fresh", { heldSince: 0, maxQueuedEvents: 20, overflow: "block" });
    await host.open(fresh.destination);
    slow.answer = { kind: "accepted" };
    await host.settled();
    await whenDelivered(host, "slow", 300);
    fresh.answer = { kind: "accepted" };
    await whenDelivered(host, "fresh", 300);
    expect(fresh.received.toSorted()).toEqual(names(300).toSorted());
  });

  it("gets its own organisation's events, whoever else they are held for", async () => {
    const all = down("all");
    const host = await open([all]);
    await host.publish([...events(30, 0, "acme"), ...events(30, 30, "other"), ...events(5, 60)]);
    const own = receiver("own", { heldSince: 0 }, "acme");
    await host.open(own.destination);
    await whenDelivered(host, "own", 30);
    expect(own.received).toEqual(names(30));
  });

  it("gets those accepted since a time", async () => {
    let now = 1000;
    const host = await open([down("slow")], nodeFiles, { ...systemClock, now: () => now });
    await host.publish(events(10));
    now = 2000;
    await host.publish(events(10, 10));
    const fresh = receiver("fresh", { heldSince: 2000 });
    await host.open(fresh.destination);
    await whenDelivered(host, "fresh", 10);
    expect(fresh.received).toEqual(names(10, 10));
  });

  it("gets the rest after the process was killed half-way, and nothing twice that was noted as given", async () => {
    const files = createMemoryFiles();
    const first = await open([down("slow")], files);
    for (let from = 0; from < 3000; from += 300) await first.publish(events(300, from));
    await first.open(down("fresh", { heldSince: 0, maxQueuedEvents: 1500, overflow: "block" }).destination);
    await vi.waitFor(() => files.content(join(folder, "queue", "starts", "fresh.given")), { timeout: 30_000 });
    const given = accountOf(first, "fresh").accepted;
    expect([given > 0, given < 3000]).toEqual([true, true]);
    const left = files.killed();
    const [slow, fresh] = [receiver("slow"), receiver("fresh", { heldSince: 0 })];
    const second = await open([slow, fresh], left);
    await whenDelivered(second, "slow", 3000);
    await vi.waitFor(() => expect(fresh.received).toHaveLength(3000), { timeout: 30_000 });
    expect(new Set(fresh.received).size).toBe(3000);
  });

  it("gets nothing again when it is opened later, or when it was there before", async () => {
    const first = await open([down("slow"), receiver("old")]);
    await first.publish(events(20));
    await whenDelivered(first, "old", 20);
    await first.open(receiver("fresh", { heldSince: 0 }).destination);
    await whenDelivered(first, "fresh", 20);
    await first.stop();
    const [old, fresh] = [receiver("old", { heldSince: 0 }), receiver("fresh", { heldSince: 0 })];
    const second = await open([down("slow"), old, fresh]);
    await second.publish(events(1, 99));
    await whenDelivered(second, "fresh", 1);
    await whenDelivered(second, "old", 1);
    expect([old.received, fresh.received]).toEqual([["e99"], ["e99"]]);
  });

  it("is refused where the queue cannot tell what it holds", async () => {
    const host = await createHost({
      destinations: [down("slow"), receiver("early", { heldSince: 0 })].map((one) => one.destination),
      deadLetterPath: join(folder, "dead-letters"),
    });
    hosts.push(host);
    await host.publish(events(3));
    const late = host.open(receiver("fresh", { heldSince: 0 }).destination);
    await expect(late).rejects.toMatchObject({ code: "SIEM_START_IMPOSSIBLE" });
  });
});

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/fake-clock.ts";
import { createReceiver, eventFor } from "../../../test/receiver.ts";
import type { Host } from "../../host/host.ts";
import { createHost } from "../../host/host.ts";

let folder: string;
let host: Host;
const clock = createFakeClock();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "budget-"));
});
afterEach(async () => {
  await host.stop({ deadlineMs: 0 });
  await rm(folder, { recursive: true });
});

const MAX_BYTES = 20_000;
const padding = "x".repeat(1000);

async function open(delivery: object = {}) {
  const [acme, other] = ["acme", "other"].map((org) =>
    createReceiver(org, { orgId: org, delivery: { flushIntervalMs: 0, batchSize: 1, ...delivery } }),
  );
  if (acme === undefined || other === undefined) throw new Error("no receivers");
  acme.answer = () => ({ kind: "rejected", reason: "no", confirmed: true });
  host = await createHost({
    destinations: [acme.destination, other.destination],
    deadLetterPath: folder,
    maxDeadLetterBytesPerOrg: MAX_BYTES,
    clock,
  });
  return { acme, other };
}

const events = (org: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...eventFor(`${org}-${from + index}`, org), message: padding }));

function statusOf(id: string) {
  const found = host.statusOf(id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

async function publish(org: string, from: number, count: number): Promise<void> {
  for (const event of events(org, from, count)) {
    await host.publish(event);
    await host.settled();
  }
}

function sumOf(id: string): number {
  const { counts, queued } = statusOf(id);
  const dead = Object.values(counts.deadLettered).reduce((sum, count) => sum + count, 0);
  return counts.delivered + counts.filtered + dead + queued;
}

describe("an organisation that has as many dead letters as it may", () => {
  it("is suspended with the way out, keeps its events, and stops nobody else", async () => {
    await open();
    await publish("acme", 0, 40);
    const acme = statusOf("acme");
    expect(acme).toMatchObject({ health: "failed", reason: expect.stringContaining("20000 bytes") });
    expect(acme.fix).toContain("Purge");
    expect(acme.counts.deadLettered.rejected).toBeLessThan(20);
    expect(acme.queued).toBeGreaterThan(20);
    expect([acme.counts.accepted, sumOf("acme")]).toEqual([40, 40]);
    await publish("other", 0, 5);
    expect(statusOf("other").counts.delivered).toBe(5);
  });

  it("goes on by itself once they are purged", async () => {
    const { acme } = await open();
    await publish("acme", 0, 40);
    for (const name of await readdir(folder)) if (/\dZ\.jsonl$/.test(name)) await rm(join(folder, name));
    await rm(join(folder, "acme.jsonl"));
    acme.answer = () => ({ kind: "accepted" });
    await clock.advance(120_000);
    await host.settled();
    expect(statusOf("acme")).toMatchObject({ health: "healthy", queued: 0 });
    expect([statusOf("acme").counts.accepted, sumOf("acme")]).toEqual([40, 40]);
  });

  it("has its events held beyond its own bounds, for which dead letters would have to be written", async () => {
    await open({ maxQueuedEvents: 1 });
    await publish("acme", 0, 20);
    const before = statusOf("acme").counts.deadLettered;
    await publish("acme", 100, 30);
    const after = statusOf("acme");
    expect(after.counts.deadLettered).toEqual(before);
    expect([after.counts.accepted, sumOf("acme")]).toEqual([50, 50]);
  });

  it("is known again by the next host, from the files", async () => {
    await open();
    await publish("acme", 0, 40);
    const queued = statusOf("acme").queued;
    expect(queued).toBeGreaterThan(0);
    // What a queue in memory held has no other place to go at the end.
    await host.stop({ deadlineMs: 0 });
    await open();
    await publish("acme", 100, 3);
    expect(statusOf("acme")).toMatchObject({ health: "failed", queued: 3, counts: { accepted: 3 } });
  });
});

import { getEventListeners } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/fake-clock.ts";
import type { Receiver } from "../../../test/receiver.ts";
import { assertAddsUp, createReceiver, eventFor, eventsFor } from "../../../test/receiver.ts";
import type { SendResult } from "../../connector/send-result.ts";
import { openDiskQueueStore } from "../../delivery/queue/disk/disk-queue-store.ts";
import { silentLogger } from "../../telemetry/logger.ts";
import type { Host } from "../host.ts";
import type { HostOptions } from "../host-options.ts";
import { createHost } from "../host.ts";

let folder: string;
const hosts: Host[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "live-"));
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop({ deadlineMs: 0 })));
  await rm(folder, { recursive: true });
});

async function open(receivers: readonly Receiver[], options: Partial<HostOptions> = {}): Promise<Host> {
  const destinations = receivers.map(({ destination }) => destination);
  const host = await createHost({ deadLetterPath: folder, ...options, destinations });
  hosts.push(host);
  return host;
}

function statusOf(host: Host, id: string) {
  const status = host.status().destinations.find((destination) => destination.id === id);
  if (status === undefined) throw new Error(`no destination ${id}`);
  assertAddsUp(status);
  return status;
}

async function deadLettersOf(
  id: string,
): Promise<{ stage: string; reason: string; attempts: number; event_id: string }[]> {
  const text = await readFile(join(folder, `${id}.jsonl`), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const suspend: SendResult = { kind: "suspend", reason: "401", fix: "Renew the token." };
const never = () => new Promise<SendResult>(() => {});
const ids = (count: number) => Array.from({ length: count }, (_, index) => `e${index}`);

describe("opening a destination", () => {
  it("takes events from then on, and leaves those of others alone", async () => {
    const first = createReceiver("first");
    const second = createReceiver("second", { orgId: "acme" });
    const host = await open([first]);
    await host.publish(eventFor("e1", "acme"));
    await host.open(second.destination);
    await host.publish(eventFor("e2", "acme"));
    await host.settled();
    expect(first.received).toEqual(["e1", "e2"]);
    expect(second.received).toEqual(["e2"]);
  });

  it("is refused for an id that another open destination has", async () => {
    const host = await open([createReceiver("a")]);
    const twin = createReceiver("a");
    await expect(host.open(twin.destination)).rejects.toMatchObject({ code: "SIEM_DESTINATION_EXISTS" });
    expect(twin.opened).toBe(0);
    expect(host.status().destinations).toHaveLength(1);
  });

  it("opens one of two that are opened at a time with the same id", async () => {
    const host = await open([]);
    const results = await Promise.allSettled([
      host.open(createReceiver("a").destination),
      host.open(createReceiver("a").destination),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a connector that hangs while it opens", () => {
  it("is named after a minute, and nothing is left open", async () => {
    const clock = createFakeClock();
    const host = await open([], { clock });
    const stuck = createReceiver("stuck");
    stuck.onOpen = () => new Promise(() => {});
    const opening = Promise.allSettled([host.open(stuck.destination)]);
    await clock.advance(60_000);
    const message = expect.stringMatching(/"stuck" \(test\) cannot be opened: .* 60 s\. See that/);
    expect(await opening).toMatchObject([{ reason: { code: "SIEM_DESTINATION_OPEN", message } }]);
    expect([host.status().destinations, clock.timers]).toEqual([[], 0]);
  });
});

describe("replacing a destination", () => {
  it("goes on with the same queue and account, and wakes a suspended destination at once", async () => {
    const revoked = createReceiver("a", { delivery: { concurrency: 1 } });
    revoked.answer = () => suspend;
    const host = await open([revoked], { clock: createFakeClock() });
    await host.publish(eventsFor(25));
    await host.settled();
    expect(statusOf(host, "a")).toMatchObject({ health: "failed", queued: 25 });

    const renewed = createReceiver("a");
    await host.replace(renewed.destination);
    await host.settled();
    expect(renewed.received).toEqual(ids(25));
    expect(statusOf(host, "a")).toMatchObject({ health: "healthy", queued: 0, lastError: undefined });
    expect(statusOf(host, "a").counts).toMatchObject({
      accepted: 25,
      delivered: 25,
      attempts: { suspend: 1, accepted: 3 },
    });
    expect(revoked).toMatchObject({ opened: 1, closed: 1 });
  });

  it("restarts no other destination", async () => {
    const other = createReceiver("b");
    const host = await open([createReceiver("a"), other]);
    await host.replace(createReceiver("a").destination);
    await host.remove("a", { leftover: "deliver" });
    expect(other).toMatchObject({ opened: 1, closed: 0 });
  });

  it("gives up attempts that take too long, and sends their events first and in order", async () => {
    const clock = createFakeClock();
    const slow = createReceiver("a", { delivery: { batchSize: 10, concurrency: 2 } });
    slow.answer = never;
    const host = await open([slow], { clock });
    await host.publish(eventsFor(35));
    await clock.advance(0);
    const quick = createReceiver("a", { delivery: { batchSize: 10, concurrency: 1 } });
    const replaced = host.replace(quick.destination);
    await clock.advance(499);
    expect(quick.received).toEqual([]);
    await clock.advance(1);
    await replaced;
    await host.settled();
    expect(quick.received).toEqual(ids(35));
    expect(statusOf(host, "a").counts).toMatchObject({ accepted: 35, delivered: 35 });
  });

  it("lets attempts under way come to their end", async () => {
    const slow = createReceiver("a");
    let answer: ((result: SendResult) => void) | undefined;
    slow.answer = () => new Promise((resolve) => (answer = resolve));
    const host = await open([slow]);
    await host.publish(eventsFor(10));
    await expect.poll(() => statusOf(host, "a").queued).toBe(10);
    const quick = createReceiver("a");
    const replaced = host.replace(quick.destination);
    await expect.poll(() => quick.opened).toBe(1);
    answer?.({ kind: "accepted" });
    await replaced;
    expect(slow.received).toHaveLength(10);
    expect(quick.received).toEqual([]);
  });

  it("leaves the old one at work when the new one cannot be opened", async () => {
    const old = createReceiver("a");
    const host = await open([old]);
    const broken = createReceiver("a");
    broken.onOpen = () => {
      throw new Error("no such file");
    };
    await expect(host.replace(broken.destination)).rejects.toMatchObject({ code: "SIEM_DESTINATION_OPEN" });
    await host.publish(eventFor("e1"));
    await host.settled();
    expect(old.received).toEqual(["e1"]);
    expect(old.closed).toBe(0);
  });

  it("lets no publish wait and loses none that comes in the middle of it", async () => {
    const slow = createReceiver("a", { delivery: { batchSize: 1 } });
    slow.answer = never;
    const host = await open([slow], { clock: createFakeClock() });
    await host.publish(eventFor("e0"));
    const quick = createReceiver("a", { delivery: { batchSize: 1, concurrency: 1 } });
    const replaced = host.replace(quick.destination);
    // The clock stands still: the old one's attempts have not ended when this resolves.
    await host.publish(eventFor("e1"));
    expect(statusOf(host, "a")).toMatchObject({ queued: 2 });
    expect(quick.received).toEqual([]);
    await host.stop({ deadlineMs: 0 });
    await expect(replaced).resolves.toBeUndefined();
    const deadLettered = (await deadLettersOf("a")).map(({ event_id }) => event_id);
    // One that was on its way when all attempts were given up may be in both.
    expect(new Set([...quick.received, ...deadLettered])).toEqual(new Set(["e0", "e1"]));
  });

  it("applies a changed filter to what is queued", async () => {
    const down = createReceiver("a");
    down.answer = () => suspend;
    const host = await open([down]);
    await host.publish(eventsFor(10));
    await host.settled();
    const choosy = createReceiver("a", { filter: { minSeverityId: 4 } });
    await host.replace(choosy.destination);
    await host.settled();
    expect(statusOf(host, "a")).toMatchObject({ queued: 0, counts: { accepted: 10, filtered: 10, delivered: 0 } });
  });

  it("is done in the order in which it was asked for", async () => {
    const host = await open([createReceiver("a")]);
    const first = createReceiver("a");
    let letOpen: (() => void) | undefined;
    first.onOpen = () => new Promise((resolve) => (letOpen = resolve));
    const second = createReceiver("a");
    const both = Promise.all([host.replace(first.destination), host.replace(second.destination)]);
    await expect.poll(() => letOpen).toBeDefined();
    expect(second.opened).toBe(0);
    letOpen?.();
    await both;
    await host.publish(eventFor("e1"));
    await host.settled();
    expect(second.received).toEqual(["e1"]);
    expect(first).toMatchObject({ opened: 1, closed: 1 });
  });

  it("never gives a destination's queue to another organisation", async () => {
    const host = await open([createReceiver("a", { orgId: "acme" })]);
    const other = createReceiver("a", { orgId: "other" });
    await expect(host.replace(other.destination)).rejects.toMatchObject({ code: "SIEM_DESTINATION_ORG" });
    expect(other.opened).toBe(0);
  });

  it("is refused for a destination that is not open", async () => {
    const host = await open([]);
    const nobody = createReceiver("nobody").destination;
    await expect(host.replace(nobody)).rejects.toMatchObject({ code: "SIEM_DESTINATION_UNKNOWN" });
  });

  it("wakes a publish that waits for capacity", async () => {
    const full = createReceiver("a", { delivery: { overflow: "block", maxQueuedEvents: 10 } });
    full.answer = never;
    const host = await open([full]);
    await host.publish(eventsFor(10));
    const waiting = host.publish(eventFor("late"));
    const quick = createReceiver("a", { delivery: { overflow: "block", maxQueuedEvents: 10 } });
    await host.replace(quick.destination);
    await waiting;
    await host.settled();
    expect(quick.received).toEqual([...ids(10), "late"]);
  });
});

describe("removing a destination", () => {
  it("settles what is left until the deadline, and dead-letters the rest", async () => {
    const clock = createFakeClock();
    const slow = createReceiver("a", { delivery: { batchSize: 10, concurrency: 1 } });
    let batches = 0;
    slow.answer = () => (batches++ === 0 ? { kind: "accepted" } : never());
    const host = await open([slow], { clock });
    await host.publish(eventsFor(15));
    const removed = host.remove("a", { leftover: "deliver", deadlineMs: 3000 });
    await clock.advance(2999);
    expect(host.status().destinations).toHaveLength(1);
    await clock.advance(1);
    const status = await removed;
    assertAddsUp(status);
    expect(status).toMatchObject({ queued: 0, counts: { accepted: 15, delivered: 10, deadLettered: { removed: 5 } } });
    expect((await deadLettersOf("a")).every(({ stage }) => stage === "removed")).toBe(true);
    expect(host.status()).toMatchObject({ destinations: [], kept: [] });
    expect(slow.closed).toBe(1);
  });

  it("dead-letters what waits at once when it is told to", async () => {
    const down = createReceiver("a");
    down.answer = () => suspend;
    const host = await open([down]);
    await host.publish(eventsFor(12));
    await host.settled();
    expect(await host.remove("a", { leftover: "dead-letter" })).toMatchObject({
      queued: 0,
      counts: { accepted: 12, deadLettered: { removed: 12 } },
    });
    expect(await deadLettersOf("a")).toHaveLength(12);
  });

  it("keeps what waits for a later open of the same id, whose account goes on", async () => {
    const down = createReceiver("a");
    down.answer = () => suspend;
    const host = await open([down]);
    await host.publish(eventsFor(12));
    await host.settled();
    await host.remove("a", { leftover: "keep" });
    await host.publish(eventFor("meanwhile"));
    expect(host.status()).toMatchObject({ destinations: [], kept: [{ id: "a", queued: 12 }] });
    // Time passes between the two questions.
    expect({ ...host.statusOf("a"), oldestEventAgeMs: 0 }).toEqual({ ...host.status().kept[0], oldestEventAgeMs: 0 });
    const again = createReceiver("a");
    await host.open(again.destination);
    expect(host.status().kept).toEqual([]);
    await host.settled();
    expect(again.received.toSorted()).toEqual(ids(12).toSorted());
    expect(statusOf(host, "a").counts).toMatchObject({ accepted: 12, delivered: 12, attempts: { suspend: 2 } });
  });

  it("dead-letters what is kept when it is removed again, and what is kept in memory when the host stops", async () => {
    const receivers = ["a", "b"].map((id) => createReceiver(id));
    for (const receiver of receivers) receiver.answer = () => suspend;
    const host = await open(receivers);
    await host.publish(eventsFor(3));
    await host.settled();
    await host.remove("a", { leftover: "keep" });
    await host.remove("b", { leftover: "keep" });
    expect(await host.remove("a", { leftover: "dead-letter" })).toMatchObject({ queued: 0 });
    expect(host.status().kept).toMatchObject([{ id: "b", queued: 3 }]);
    await host.stop();
    expect((await deadLettersOf("a")).map(({ stage }) => stage)).toEqual(["removed", "removed", "removed"]);
    expect(await deadLettersOf("b")).toMatchObject(ids(3).map(() => ({ stage: "send", reason: "shutdown" })));
  });

  it("keeps what cannot be written to the dead letters, and says so", async () => {
    const down = createReceiver("a");
    down.answer = () => suspend;
    let isFull = true;
    const written: string[] = [];
    const host = await open([down], {
      openDeadLetters: () => ({
        async append(deadLetters) {
          if (isFull) throw new Error("ENOSPC");
          written.push(...deadLetters.map(({ record }) => record.id));
        },
        async close() {},
      }),
    });
    await host.publish(eventsFor(3));
    await host.settled();
    await expect(host.remove("a", { leftover: "dead-letter" })).rejects.toThrow("ENOSPC");
    expect(host.status()).toMatchObject({ destinations: [], kept: [{ id: "a", queued: 3 }] });
    isFull = false;
    await host.remove("a", { leftover: "dead-letter" });
    expect(written).toEqual(ids(3));
    expect(host.status().kept).toEqual([]);
  });

  it("lets a publish go on that waits for its capacity", async () => {
    const full = createReceiver("a", { delivery: { overflow: "block", maxQueuedEvents: 1 } });
    full.answer = never;
    const other = createReceiver("b");
    const host = await open([full, other]);
    await host.publish(eventFor("e0"));
    const waiting = host.publish(eventFor("e1"));
    await host.remove("a", { leftover: "dead-letter" });
    expect(await waiting).toMatchObject({ accepted: 1 });
    await host.settled();
    expect(other.received).toEqual(["e0", "e1"]);
    expect(await deadLettersOf("a")).toHaveLength(1);
  });

  it("lets another destination of the same file of dead letters go on writing to it", async () => {
    const receivers = ["a", "b"].map((id) => createReceiver(id));
    for (const receiver of receivers) receiver.answer = () => ({ kind: "rejected", reason: "400", confirmed: true });
    const host = await open(receivers, { deadLetterPath: join(folder, "all.jsonl") });
    await host.publish(eventFor("e0"));
    await host.settled();
    await host.remove("a", { leftover: "deliver" });
    await host.publish(eventFor("e1"));
    await host.settled();
    expect((await deadLettersOf("all")).map(({ event_id }) => event_id)).toEqual(["e0", "e0", "e1"]);
  });

  it("leaves a kept queue on the disk for the next process, and forgets an empty one", async () => {
    const path = join(folder, "queue");
    const clock = createFakeClock();
    const store = await openDiskQueueStore({ path, clock, logger: silentLogger });
    const down = createReceiver("a");
    down.answer = () => suspend;
    const host = await open([down, createReceiver("b")], { queueStore: store });
    await host.publish(eventsFor(12));
    await host.settled();
    await host.remove("a", { leftover: "keep" });
    await host.remove("b", { leftover: "keep" });
    expect(store.leftovers()).toMatchObject([{ destinationId: "a", events: 12 }]);
    await host.stop();

    const next = await openDiskQueueStore({ path, clock, logger: silentLogger });
    const again = createReceiver("a");
    const nextHost = await open([again, createReceiver("b")], { queueStore: next });
    await nextHost.settled();
    expect(again.received).toEqual(ids(12));
    expect(statusOf(nextHost, "b")).toMatchObject({ counts: { accepted: 0 } });
  });
});

describe("lending a queue", () => {
  it("leaves nothing waiting for the host to stop once it has ended", async () => {
    const host = await open([createReceiver("first")]);
    const waiting = await host.lend("first", async ({ signal }) => ({
      signal,
      before: getEventListeners(signal, "abort").length,
    }));
    expect(getEventListeners(waiting.signal, "abort")).toHaveLength(waiting.before - 1);
  });
});

describe("stopping a host in the middle of a change", () => {
  it("ends a removal that still delivers", async () => {
    const slow = createReceiver("a");
    slow.answer = never;
    const host = await open([slow]);
    await host.publish(eventsFor(3));
    const removed = host.remove("a", { leftover: "deliver", deadlineMs: 600_000 });
    await host.stop({ deadlineMs: 10 });
    expect(await removed).toMatchObject({ counts: { deadLettered: { removed: 3 } } });
    expect(await deadLettersOf("a")).toHaveLength(3);
  });

  it("does not wait for a sink that takes for ever to open, and takes no more changes", async () => {
    const old = createReceiver("a");
    const host = await open([old]);
    const stuck = createReceiver("a");
    stuck.onOpen = () => new Promise(() => {});
    const replaced = host.replace(stuck.destination);
    const opened = host.open({ ...stuck.destination, id: "b" });
    const changes = Promise.allSettled([replaced, opened]);
    await host.publish(eventFor("e1"));
    await host.stop();
    const refused = { reason: { code: "SIEM_HOST_STOPPED" } };
    expect(await changes).toMatchObject([refused, refused]);
    expect(old).toMatchObject({ received: ["e1"], closed: 1 });
    await expect(host.open(createReceiver("c").destination)).rejects.toMatchObject({ code: "SIEM_HOST_STOPPED" });
  });
});

describe("checking a destination", () => {
  it("asks the configuration that is at work", async () => {
    const host = await open([createReceiver("a")]);
    const next = createReceiver("a");
    next.check = async () => ({ steps: [{ name: "connect", status: "passed", detail: "the new one" }] });
    await host.replace(next.destination);
    expect(await host.check("a")).toMatchObject({ steps: [{ detail: "the new one" }] });
    expect(await host.check("b")).toBeUndefined();
  });

  it("says that the destination was changed meanwhile", async () => {
    const slow = createReceiver("a");
    slow.check = () => new Promise(() => {});
    const host = await open([slow]);
    const checked = host.check("a");
    await host.replace(createReceiver("a").destination);
    expect(await checked).toMatchObject({ steps: [{ status: "failed", detail: expect.stringContaining("changed") }] });
  });

  it("works for one that is not open, and leaves nothing behind", async () => {
    const host = await open([]);
    const candidate = createReceiver("a");
    expect(await host.checkDestination(candidate.destination)).toMatchObject({ steps: [{ status: "passed" }] });
    expect(candidate).toMatchObject({ opened: 1, closed: 1 });
    expect(host.status().destinations).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("reports one that cannot be opened", async () => {
    const host = await open([]);
    const broken = createReceiver("a");
    broken.onOpen = () => {
      throw new Error("tls_ca cannot be read");
    };
    expect(await host.checkDestination(broken.destination)).toMatchObject({
      steps: [{ name: "open", status: "failed", detail: expect.stringContaining("tls_ca cannot be read") }],
    });
  });
});

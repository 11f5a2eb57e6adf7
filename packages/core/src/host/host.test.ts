import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Receiver } from "../../test/receiver.ts";
import { createReceiver } from "../../test/receiver.ts";
import type { SendResult } from "../connector/send-result.ts";
import { systemClock } from "../clock.ts";
import type { DeadLetters } from "../delivery/dead-letters/dead-letter.ts";
import { totalOf } from "../delivery/queue/delivery-counts.ts";
import { createFileDeadLetters } from "../delivery/dead-letters/file-dead-letters.ts";
import type { Host, HostStatus } from "./host.ts";
import { createHost } from "./host.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "host-"));
});
afterEach(() => rm(folder, { recursive: true }));

function event(uid: string, orgId?: string) {
  return {
    class_uid: 6003,
    time: 1,
    metadata: { uid },
    ...(orgId !== undefined && { actor: { org: { uid: orgId } } }),
  };
}

function open(...receivers: Receiver[]): Promise<Host> {
  return createHost({ destinations: receivers.map(({ destination }) => destination), deadLetterPath: folder });
}

function expectToAddUp({ destinations }: HostStatus): void {
  for (const { counts, queued } of destinations) {
    expect(counts.accepted).toBe(counts.delivered + counts.filtered + totalOf(counts.deadLettered) + queued);
  }
}

describe("a host", () => {
  it("sends every event to the global destinations and an organisation's events to its own besides", async () => {
    const all = createReceiver("all");
    const acme = createReceiver("acme", { orgId: "acme" });
    const other = createReceiver("other", { orgId: "other" });
    const host = await open(all, acme, other);
    await host.publish([event("e1", "acme"), event("e2"), event("e3", "other"), event("e4", "nobody")]);
    await host.settled();
    expect(all.received).toEqual(["e1", "e2", "e3", "e4"]);
    expect(acme.received).toEqual(["e1"]);
    expect(other.received).toEqual(["e3"]);
    expectToAddUp(host.status());
    await host.stop();
  });

  it("accepts the good events of a publish and reports the others by their position", async () => {
    const all = createReceiver("all");
    const host = await open(all);
    const result = await host.publishTexts([
      '{"class_uid":1,"time":1}',
      "{",
      '{"time":1}',
      JSON.stringify(event("e1")),
    ]);
    expect(result).toMatchObject({ accepted: 2, rejected: [{ index: 1 }, { index: 2 }] });
    expect(host.status()).toMatchObject({ accepted: 2, rejected: { json_invalid: 1, attribute_required_missing: 1 } });
    await host.stop();
    expect(all.received).toHaveLength(2);
  });

  it("does not let one destination's trouble touch another", async () => {
    const sick = createReceiver("sick");
    const well = createReceiver("well");
    sick.answer = () => new Promise(() => {});
    const host = await open(sick, well);
    await host.publish(Array.from({ length: 100 }, (_, index) => event(`e${index}`)));
    await expect.poll(() => well.received.length).toBe(100);
    await host.stop({ deadlineMs: 0 });
    expectToAddUp(host.status());
  });

  it("dead-letters what a full queue cannot take, and loses nothing", async () => {
    const slow = createReceiver("slow", { delivery: { maxQueuedEvents: 3 } });
    slow.answer = () => new Promise(() => {});
    const host = await open(slow);
    await host.publish(Array.from({ length: 5 }, (_, index) => event(`e${index}`)));
    expect(host.status().destinations).toMatchObject([
      { queued: 3, counts: { accepted: 5, deadLettered: { overflow: 2 } } },
    ]);
    const lines = (await readFile(join(folder, "slow.jsonl"), "utf8")).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { stage: string; event_id: string }).event_id)).toEqual([
      "e3",
      "e4",
    ]);
    await host.stop({ deadlineMs: 0 });
    expectToAddUp(host.status());
  });

  it("refuses a publish whole when a queue is full and set to reject", async () => {
    const first = createReceiver("first");
    const full = createReceiver("full", { delivery: { maxQueuedEvents: 1, overflow: "reject" } });
    full.answer = () => new Promise(() => {});
    const host = await open(first, full);
    await expect(host.publish([event("e1"), event("e2")])).rejects.toMatchObject({ code: "SIEM_QUEUE_FULL" });
    expect(first.received).toEqual([]);
    expect(host.status().destinations.map(({ counts }) => counts.accepted)).toEqual([0, 0]);
    await host.stop({ deadlineMs: 0 });
  });

  it("dead-letters nothing of a publish that another destination refuses", async () => {
    const small = createReceiver("small", { delivery: { maxQueuedEvents: 1 } });
    const full = createReceiver("full", { delivery: { maxQueuedEvents: 1, overflow: "reject" } });
    for (const each of [small, full]) each.answer = () => new Promise(() => {});
    const host = await open(small, full);
    await expect(host.publish([event("e1"), event("e2")])).rejects.toMatchObject({ code: "SIEM_QUEUE_FULL" });
    expect(host.status().destinations.map(({ counts }) => counts.deadLettered.overflow)).toEqual([0, 0]);
    await host.stop({ deadlineMs: 0 });
  });

  it("waits for capacity when it is set to block", async () => {
    const slow = createReceiver("slow", {
      delivery: { maxQueuedEvents: 2, overflow: "block", batchSize: 1, concurrency: 1 },
    });
    const answers: ((result: SendResult) => void)[] = [];
    slow.answer = () => new Promise((resolve) => answers.push(resolve));
    const host = await open(slow);
    await host.publish([event("e1"), event("e2")]);
    let isPublished = false;
    const publishing = host.publish(event("e3")).then(() => (isPublished = true));
    await expect.poll(() => answers.length).toBe(1);
    expect(isPublished).toBe(false);
    answers[0]?.({ kind: "accepted" });
    await publishing;
    slow.answer = () => ({ kind: "accepted" });
    answers[1]?.({ kind: "accepted" });
    await host.stop();
    expect(slow.received).toEqual(["e1", "e2", "e3"]);
  });

  it("takes no events once it is stopping, and stops at once when it is told twice", async () => {
    const hanging = createReceiver("hanging");
    hanging.answer = () => new Promise(() => {});
    const host = await open(hanging);
    await host.publish(event("e1"));
    const stopped = host.stop({ deadlineMs: 60_000 });
    await expect(host.publish(event("e2"))).rejects.toMatchObject({ code: "SIEM_HOST_STOPPED" });
    await host.stop();
    await stopped;
    const [line = ""] = (await readFile(join(folder, "hanging.jsonl"), "utf8")).split("\n");
    expect(JSON.parse(line)).toMatchObject({ event_id: "e1", stage: "send", reason: "shutdown", ambiguous: true });
    expectToAddUp(host.status());
  });

  it("waits for a publish that is being accepted before it stops", async () => {
    const full = createReceiver("full", { delivery: { maxQueuedEvents: 1 } });
    const other = createReceiver("other");
    full.answer = () => new Promise(() => {});
    let areWritten: (() => void) | undefined;
    const deadLetters = createFileDeadLetters({ path: join(folder, "letters.jsonl"), clock: systemClock });
    const slowDeadLetters: DeadLetters = {
      ...deadLetters,
      async append(batch) {
        if (areWritten === undefined) await new Promise<void>((resolve) => (areWritten = resolve));
        await deadLetters.append(batch);
      },
    };
    const host = await createHost({
      destinations: [full.destination, other.destination],
      openDeadLetters: () => slowDeadLetters,
    });
    const publishing = host.publish([event("e1"), event("e2")]);
    await expect.poll(() => areWritten).toBeDefined();
    const stopped = host.stop({ deadlineMs: 100 });
    areWritten?.();
    expect(await publishing).toMatchObject({ accepted: 2 });
    await stopped;
    expect(other.received).toEqual(["e1", "e2"]);
    expectToAddUp(host.status());
    expect(host.status().destinations.map(({ queued }) => queued)).toEqual([0, 0]);
  });

  it("dead-letters no event that a destination's filter leaves out", async () => {
    const full = createReceiver("full", {
      delivery: { maxQueuedEvents: 3, batchSize: 3 },
      filter: { minSeverityId: 3 },
    });
    full.answer = () => new Promise(() => {});
    const host = await open(full);
    const events = Array.from({ length: 8 }, (_, at) => ({ ...event(`e${at}`), severity_id: at % 2 === 0 ? 4 : 1 }));
    await host.publish(events);
    await host.stop({ deadlineMs: 0 });
    expect(host.status().destinations).toMatchObject([
      { queued: 0, counts: { accepted: 8, filtered: 4, deadLettered: { overflow: 2, send: 2 } } },
    ]);
  });

  it("names the destination that cannot be opened", async () => {
    const { destination } = createReceiver("broken");
    const connector = { ...destination.connector, open: () => Promise.reject(new Error("no such file")) };
    await expect(createHost({ destinations: [{ ...destination, connector }] })).rejects.toMatchObject({
      code: "SIEM_DESTINATION_OPEN",
      message: 'Destination "broken" (test) cannot be opened: no such file',
    });
  });
});

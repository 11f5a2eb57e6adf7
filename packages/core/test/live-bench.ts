import assert from "node:assert/strict";
import fc from "fast-check";
import type { FakeClock } from "./fake-clock.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { Receiver } from "./receiver.ts";
import { assertAddsUp, createReceiver, eventFor } from "./receiver.ts";
import type { SendResult } from "../src/connector/send-result.ts";
import { totalOf } from "../src/delivery/queue/delivery-counts.ts";
import type { QueueStore } from "../src/delivery/queue/queue-store.ts";
import type { Destination, DestinationStatus } from "../src/host/config/destination.ts";
import type { Host } from "../src/host/host.ts";
import { createHost } from "../src/host/host.ts";
import type { RemoveOptions } from "../src/host/destinations/live-destinations.ts";

const ORG_OF: Readonly<Record<string, string | null>> = {
  all: null,
  "acme-1": "acme",
  "acme-2": "acme",
  other: "other",
};
const ids = Object.keys(ORG_OF);

/** One thing that happens to a host. */
export const anyStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      count: fc.integer({ min: 1, max: 9 }),
      org: fc.constantFrom("acme", "other", undefined),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("open" as const), id: fc.constantFrom(...ids), mood: fc.nat(7) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("replace" as const), id: fc.constantFrom(...ids), mood: fc.nat(7) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      id: fc.constantFrom(...ids),
      leftover: fc.constantFrom("deliver" as const, "dead-letter" as const, "keep" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(0, 100, 600, 5000, 40_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("dead-letters" as const), fail: fc.boolean() }) },
);
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

/** How a SIEM behaves; each answers in its own time. */
const moods: readonly ((clock: FakeClock) => SendResult | Promise<SendResult>)[] = [
  () => ({ kind: "accepted" }),
  () => ({ kind: "accepted" }),
  (clock) => later(clock, 300, { kind: "accepted" }),
  (clock) => later(clock, 30_000, { kind: "accepted" }),
  () => ({ kind: "retry", reason: "503" }),
  () => ({ kind: "suspend", reason: "401" }),
  () => ({ kind: "rejected", reason: "400" }),
  (clock) => later(clock, 50, { kind: "partial", failures: [{ index: 0, outcome: "retry", reason: "429" }] }),
];

function later(clock: FakeClock, ms: number, result: SendResult): Promise<SendResult> {
  return new Promise((resolve) => clock.after(ms, () => resolve(result)));
}

/** A host whose destinations come, change and go, and what each of them has had. */
class Bench {
  readonly clock = createFakeClock();
  /** Where the events of each destination were seen; an event that is sent twice counts once. */
  readonly seen = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  /** Of destinations that were removed with nothing kept. */
  readonly gone: DestinationStatus[] = [];
  readonly pending: Promise<unknown>[] = [];
  areDeadLettersFailing = false;
  host: Host | undefined;
  next = 0;

  async open(queueStore: QueueStore): Promise<void> {
    this.host = await createHost({
      destinations: [],
      queueStore,
      clock: this.clock,
      maxQueuedBytes: 20_000,
      openDeadLetters: () => ({
        append: async (deadLetters) => {
          if (this.areDeadLettersFailing) throw new Error("ENOSPC");
          for (const { destinationId, record } of deadLetters) this.seen.get(destinationId)?.add(record.id);
        },
        async close() {},
      }),
    });
  }

  destination(id: string, mood: number): Destination {
    const receiver: Receiver = createReceiver(id, {
      orgId: ORG_OF[id] ?? null,
      filter: mood % 4 === 1 ? { minSeverityId: 2 } : {},
      delivery: {
        batchSize: 3,
        flushIntervalMs: 200,
        concurrency: 1 + (mood % 3),
        onExhausted: mood % 2 === 1 ? "hold" : "dead-letter",
        overflow: mood % 3 === 2 ? "block" : "dead-letter",
        maxQueuedEvents: 12,
      },
    });
    receiver.answer = async (batch) => {
      const result = await (moods[mood] ?? later)(this.clock, 0, { kind: "accepted" });
      if (result.kind === "accepted") for (const event of batch) this.seen.get(id)?.add(event);
      if (result.kind === "partial") for (const event of batch.slice(1)) this.seen.get(id)?.add(event);
      return result;
    };
    if (mood === 5) receiver.check = async () => ({ steps: [{ name: "credential", status: "failed", detail: "401" }] });
    return receiver.destination;
  }

  async do(step: Step): Promise<void> {
    const { host } = this;
    if (host === undefined) return;
    switch (step.kind) {
      case "publish": {
        const events = Array.from({ length: step.count }, () => eventFor(`e${this.next++}`, step.org));
        return this.expect(host.publish(events.map((event, index) => ({ ...event, severity_id: 1 + (index % 3) }))));
      }
      case "open":
        return this.expect(host.open(this.destination(step.id, step.mood)), "SIEM_DESTINATION_EXISTS");
      case "replace":
        return this.expect(host.replace(this.destination(step.id, step.mood)), "SIEM_DESTINATION_UNKNOWN");
      case "remove":
        return this.expect(
          this.remove(host, step.id, { leftover: step.leftover, deadlineMs: 3000 }),
          "SIEM_DESTINATION_UNKNOWN",
        );
      case "wait":
        return this.clock.advance(step.ms);
      case "dead-letters":
        this.areDeadLettersFailing = step.fail;
        return;
      default:
        step satisfies never;
    }
  }

  async remove(host: Host, id: string, options: RemoveOptions): Promise<void> {
    const status = await host.remove(id, options);
    if (status.queued === 0) this.gone.push(status);
  }

  /** Not waited for: changes and publishes run into each other. */
  expect(work: Promise<unknown>, ...codes: string[]): void {
    const known = [...codes, "ENOSPC"];
    this.pending.push(
      work.catch((error: unknown) => {
        const code = error instanceof Error && "code" in error ? error.code : undefined;
        if (!known.some((name) => code === name || String(error).includes(name))) throw error;
      }),
    );
  }

  check(): void {
    const { destinations = [], kept = [] } = this.host?.status() ?? {};
    for (const status of [...destinations, ...kept, ...this.gone]) assertAddsUp(status);
  }

  /** Every accepted event was seen where it should be, or is queued still, and none twice. */
  async account(): Promise<void> {
    const { host, clock } = this;
    this.areDeadLettersFailing = false;
    for (const id of ids) {
      if (host === undefined) break;
      this.expect(this.remove(host, id, { leftover: "deliver", deadlineMs: 1000 }), "SIEM_DESTINATION_UNKNOWN");
    }
    const ended = Promise.all(this.pending);
    for (let minutes = 0; minutes < 60; minutes++) await clock.advance(60_000);
    await ended;
    this.check();
    assert.deepEqual([host?.status().destinations, host?.status().kept], [[], []]);
    for (const id of ids) {
      const lives = this.gone.filter((status) => status.id === id);
      const sum = (of: (status: DestinationStatus) => number) => lives.reduce((all, status) => all + of(status), 0);
      const settled = sum(({ counts }) => counts.delivered + totalOf(counts.deadLettered));
      const filtered = sum(({ counts }) => counts.filtered);
      assert.equal(
        sum(({ counts }) => counts.accepted),
        settled + filtered,
        `${id}: accepted`,
      );
      // What is sent again after it was given up may be seen more often than it is counted, never less.
      const seen = this.seen.get(id)?.size ?? 0;
      assert.ok(seen >= settled && seen <= settled + filtered, `${id}: ${seen} seen, ${settled} settled`);
    }
    await host?.stop({ deadlineMs: 0 });
  }
}

/** Runs the steps and throws where a destination's account is wrong after any of them, or something is lost in the end. */
export async function assertNothingLost(
  steps: readonly Step[],
  openQueueStore: (clock: FakeClock) => Promise<QueueStore>,
): Promise<void> {
  const bench = new Bench();
  await bench.open(await openQueueStore(bench.clock));
  for (const [mood, id] of ids.entries()) await bench.do({ kind: "open", id, mood: mood * 2 });
  for (const step of steps) {
    await bench.do(step);
    bench.check();
  }
  await bench.account();
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FakeClock } from "../../../test/fake-clock.ts";
import { createFakeClock } from "../../../test/fake-clock.ts";
import { eventOfSize } from "../../../test/queue-bench.ts";
import { createAccount } from "../pipeline/account.ts";
import type { DeliverySettings } from "../delivery-settings.ts";
import { defaultDelivery } from "../delivery-settings.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { DestinationQueue } from "../pipeline/destination-queue.ts";
import { createMemoryQueueStore } from "../queue/memory-queue-store.ts";
import { OrgShare } from "../queue/org-share.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Queue } from "../queue/queue-store.ts";
import type { Placement, Reservation } from "./capacity.ts";
import { Capacity } from "./capacity.ts";
import { WaitingPublishes } from "./waiting-publishes.ts";

interface Bench {
  readonly clock: FakeClock;
  readonly waiting: WaitingPublishes;
  readonly destinationQueue: (
    id: string,
    delivery: Partial<DeliverySettings>,
    share?: OrgShare,
  ) => { destinationQueue: DestinationQueue; state: { isStuck: boolean } };
  /** Reserves and appends, as the intake does; resolves to what did not fit. */
  readonly publish: (
    count: number,
    destinationQueues: readonly DestinationQueue[],
    waitForCapacity?: boolean,
  ) => Promise<Placement[]>;
}

function openBench({ maxQueuedBytes = 1e9, maxQueuedBytesPerOrg = 1e9 } = {}): Bench {
  const store = createMemoryQueueStore();
  const clock = createFakeClock();
  const waiting = new WaitingPublishes(new Capacity({ store, maxQueuedBytes, maxQueuedBytesPerOrg }), clock);
  return {
    clock,
    waiting,
    destinationQueue(destinationId, given, share) {
      const queue = store.open(destinationId) as Queue;
      share?.queues.add(queue);
      const destinationQueue = new DestinationQueue({ destinationId, queue, account: createAccount(queue), share });
      const delivery = { ...defaultDelivery, ...given };
      const state = { isStuck: false };
      destinationQueue.use({
        delivery,
        appended() {},
        get isStuck() {
          return state.isStuck;
        },
      } as unknown as Pipeline);
      return { destinationQueue, state };
    },
    async publish(count, destinationQueues, waitForCapacity = false) {
      const records = Array.from({ length: count }, () => eventOfSize("e", 10));
      const reservation = await waiting.reserve([{ records, destinationQueues }], waitForCapacity);
      await append(reservation);
      waiting.giveBack(reservation);
      return reservation.placements;
    },
  };

  async function append({ placements }: Reservation): Promise<void> {
    for (const { records, whole, cut } of placements) {
      await store.append([{ records, queues: whole.map(({ queue }) => queue) }]);
      for (const { destinationQueue, fitting } of cut) {
        await store.append([{ records: records.slice(0, fitting), queues: [destinationQueue.queue] }]);
      }
    }
  }
}

/** Settles so many, and says so. */
function settle(destinationQueue: DestinationQueue, count: number): void {
  destinationQueue.queue.ack(destinationQueue.queue.take(count), "delivered");
  destinationQueue.capacityFreed();
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Which of the promises have come to an end. */
async function ended(promises: readonly Promise<unknown>[]): Promise<boolean[]> {
  const done = promises.map(() => false);
  promises.forEach((promise, index) => {
    void promise.then(
      () => (done[index] = true),
      () => (done[index] = true),
    );
  });
  await nextTurn();
  return done;
}

const block = (maxQueuedEvents: number) => ({ overflow: "block", maxQueuedEvents }) as const;

describe("publishes that wait for capacity", () => {
  it("hold none of an idle destination's capacity, and take all they need in one turn", async () => {
    const { destinationQueue, publish } = openBench();
    const { destinationQueue: idle } = destinationQueue("idle", { maxQueuedEvents: 100 });
    const { destinationQueue: full } = destinationQueue("full", block(10));
    await publish(10, [idle, full]);
    settle(idle, 10);
    const waiting = Array.from({ length: 30 }, () => publish(10, [idle, full]));
    expect(await publish(90, [idle])).toMatchObject([{ cut: [] }]);
    settle(idle, 90);
    for (const one of waiting) {
      settle(full, 10);
      expect(await one).toMatchObject([{ cut: [] }]);
      settle(idle, 10);
    }
  });

  it("go in the order in which they came, the large one before the small ones behind it", async () => {
    const { destinationQueue, publish } = openBench();
    const { destinationQueue: busy } = destinationQueue("busy", block(100));
    await publish(100, [busy]);
    const large = publish(100, [busy]);
    const small = [publish(1, [busy]), publish(1, [busy])];
    settle(busy, 60);
    // The small ones would fit, and the large one would never find that capacity again.
    expect(await ended([large, ...small])).toEqual([false, false, false]);
    settle(busy, 40);
    expect(await ended([large, ...small])).toEqual([true, false, false]);
    settle(busy, 1);
    expect(await ended(small)).toEqual([true, false]);
  });

  it("do not keep others from destinations that they do not wait for", async () => {
    const { destinationQueue, publish } = openBench();
    const { destinationQueue: dead } = destinationQueue("dead", block(10));
    const { destinationQueue: well } = destinationQueue("well", block(10));
    await publish(10, [dead, well]);
    settle(well, 10);
    const stuck = publish(5, [dead, well]);
    for (let round = 0; round < 5; round++) {
      await publish(10, [well]);
      settle(well, 10);
    }
    expect(await ended([stuck])).toEqual([false]);
  });

  it("pass when they are larger than the whole queue, once that is empty, one at a time", async () => {
    const { destinationQueue, publish } = openBench();
    const { destinationQueue: small } = destinationQueue("small", block(10));
    const first = publish(50, [small]);
    const second = publish(50, [small]);
    expect(await ended([first, second])).toEqual([true, false]);
    settle(small, 50);
    expect(await ended([second])).toEqual([true]);
  });

  it("go on when others free the capacity that all share", async () => {
    const size = eventOfSize("e", 10).bytes;
    const { destinationQueue, publish, clock } = openBench({ maxQueuedBytes: size * 20 });
    const { destinationQueue: hog } = destinationQueue("hog", {});
    const { destinationQueue: slow } = destinationQueue("slow", block(100));
    await publish(1, [slow]);
    await publish(19, [hog]);
    const waiting = publish(5, [slow]);
    settle(hog, 10);
    expect(await ended([waiting])).toEqual([false]);
    await clock.advance(1000);
    expect(await ended([waiting])).toEqual([true]);
    expect(clock.timers).toBe(0);
  });

  it("share an organisation's capacity in order too", async () => {
    const size = eventOfSize("e", 10).bytes;
    const { destinationQueue, publish } = openBench({ maxQueuedBytesPerOrg: size * 20 });
    const share = new OrgShare();
    const { destinationQueue: a } = destinationQueue("a", block(1000), share);
    const { destinationQueue: b } = destinationQueue("b", block(1000), share);
    await publish(10, [a, b]);
    const large = publish(9, [a, b]);
    const small = publish(1, [a, b]);
    settle(a, 5);
    settle(b, 5);
    expect(await ended([large, small])).toEqual([false, false]);
    settle(a, 5);
    settle(b, 5);
    expect(await ended([large, small])).toEqual([true, true]);
  });

  it("are refused by a destination that rejects, and hold nothing then", async () => {
    const { destinationQueue, publish } = openBench();
    const { destinationQueue: other } = destinationQueue("other", { maxQueuedEvents: 10 });
    const { destinationQueue: strict } = destinationQueue("strict", { overflow: "reject", maxQueuedEvents: 5 });
    for (let round = 0; round < 5; round++) {
      await expect(publish(6, [other, strict])).rejects.toMatchObject({ code: "SIEM_QUEUE_FULL" });
    }
    expect(await publish(10, [other])).toMatchObject([{ cut: [] }]);
  });

  it("stop waiting for a destination that gets stuck, if they need not, and when it is removed", async () => {
    const { destinationQueue, publish, clock } = openBench();
    const { destinationQueue: going, state } = destinationQueue("going", { maxQueuedEvents: 5 });
    const { destinationQueue: gone } = destinationQueue("gone", block(5));
    await publish(5, [going, gone]);
    const waiting = publish(3, [going], true);
    const removed = publish(3, [gone]);
    expect(await ended([waiting, removed])).toEqual([false, false]);
    state.isStuck = true;
    gone.close();
    await clock.advance(1000);
    expect(await waiting).toMatchObject([{ whole: [], cut: [{ fitting: 0 }] }]);
    expect(await removed).toMatchObject([{ whole: [], cut: [] }]);
  });

  it("are refused at once when the host stops", async () => {
    const { destinationQueue, publish, waiting, clock } = openBench();
    const { destinationQueue: full } = destinationQueue("full", block(5));
    await publish(5, [full]);
    const refused = [publish(1, [full]), publish(2, [full])];
    const stopped = new Error("stopped");
    const outcomes = Promise.allSettled(refused);
    waiting.close(stopped);
    expect(await outcomes).toMatchObject([{ reason: stopped }, { reason: stopped }]);
    await expect(publish(1, [full])).rejects.toBe(stopped);
    expect(clock.timers).toBe(0);
  });

  it("find the capacity that a publish gave back which could not be written", async () => {
    const { destinationQueue, publish, waiting } = openBench();
    const { destinationQueue: full } = destinationQueue("full", block(5));
    const records: AcceptedEvent[] = Array.from({ length: 5 }, () => eventOfSize("e", 10));
    const failing = await waiting.reserve([{ records, destinationQueues: [full] }], false);
    const next = publish(5, [full]);
    expect(await ended([next])).toEqual([false]);
    waiting.giveBack(failing);
    expect(await ended([next])).toEqual([true]);
  });
});

const publishing = fc.record({
  kind: fc.constant("publish"),
  count: fc.integer({ min: 1, max: 30 }),
  to: fc.integer({ min: 1, max: 15 }),
  waitForCapacity: fc.boolean(),
});
const settling = fc.record({
  kind: fc.constant("settle"),
  destinationQueue: fc.integer({ min: 0, max: 3 }),
  count: fc.integer({ min: 1, max: 40 }),
});

it("under any sequence, none passes another of its kind, no bound is broken, and all go on once there is capacity", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(publishing, settling), { maxLength: 60 }), async (steps) => {
      const size = eventOfSize("e", 10).bytes;
      const { destinationQueue, publish, clock } = openBench({ maxQueuedBytes: size * 120 });
      const share = new OrgShare();
      const destinationQueues = [
        destinationQueue("a", block(20)),
        destinationQueue("b", block(35)),
        destinationQueue("c", { maxQueuedEvents: 25 }),
        destinationQueue("d", block(50), share),
      ].map((one) => one.destinationQueue);
      const going: Promise<unknown>[] = [];
      const passed = new Map<string, number[]>();
      for (const [index, step] of steps.entries()) {
        if (step.kind === "settle") settle(destinationQueues[step.destinationQueue] as DestinationQueue, step.count);
        else {
          const to = destinationQueues.filter((_, bit) => (step.to & (1 << bit)) !== 0);
          const before = destinationQueues.map(({ queue }) => queue.size);
          const key = `${step.to} ${step.waitForCapacity}`;
          going.push(
            publish(step.count, to, step.waitForCapacity).then(() =>
              passed.set(key, [...(passed.get(key) ?? []), index]),
            ),
          );
          await nextTurn();
          for (const [at, { queue, delivery }] of destinationQueues.entries()) {
            const limit = Math.max(delivery.maxQueuedEvents, before[at] ?? 0, 30);
            expect(queue.size).toBeLessThanOrEqual(limit);
          }
        }
      }
      for (let round = 0; round < 200; round++) {
        for (const one of destinationQueues) settle(one, 1000);
        await clock.advance(250);
      }
      await Promise.all(going);
      for (const order of passed.values()) expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(clock.timers).toBe(0);
    }),
    { numRuns: 150 },
  );
}, 60_000);

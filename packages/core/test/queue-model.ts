import assert from "node:assert/strict";
import type { DiskQueueStore } from "../src/delivery/queue/disk/disk-queue-store.ts";
import type { AcceptedEvent } from "../src/event/accepted-event.ts";
import type { Queue } from "../src/delivery/queue/queue-store.ts";
import type { FakeClock } from "./fake-clock.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { MemoryFiles } from "./memory-files.ts";
import { createMemoryFiles, errorOf } from "./memory-files.ts";
import { eventOfSize, idsOf, openStore, takeRead, writeAcksAnew } from "./queue-bench.ts";

const DESTINATIONS = ["a", "b", "c"];

/** What a destination ought to have. Ids are numbers that rise, as the events were appended. */
interface Expected {
  queue: Queue;
  /** Accepted and not settled. */
  open: Set<string>;
  /** Settled, or refused, at some time: may come back after a crash, and only then. */
  past: Set<string>;
  taken: AcceptedEvent[];
  /** False while some may have gone back to the queue out of order. */
  isOrdered: boolean;
}

export type QueueStep =
  | { kind: "append"; count: number; to: number; size: number }
  | { kind: "append many"; each: number[]; to: number }
  | { kind: "take"; from: number; count: number }
  | { kind: "ack" | "requeue"; from: number; share: number; seed: number }
  | { kind: "leave"; who: number; isForGood: boolean }
  | { kind: "wait"; ms: number }
  | { kind: "write acks anew" }
  | { kind: "restart" | "kill" | "power cut"; seed: number }
  | { kind: "fail"; operation: "write" | "sync" | "open" | "syncFolder"; count: number; to: number }
  | { kind: "fill up"; count: number; to: number };

/** A store, what it ought to hold, and a disk that comes and goes. Throws when the two differ. */
export class QueueModel {
  readonly expected = new Map<string, Expected>();
  readonly options: { segmentBytes: number; memoryBytes: number; keptSegments: number };
  files: MemoryFiles = createMemoryFiles();
  clock: FakeClock = createFakeClock();
  store: DiskQueueStore | undefined;
  next = 0;

  constructor(options: { segmentBytes: number; memoryBytes: number; keptSegments: number }) {
    this.options = options;
  }

  async open(): Promise<void> {
    this.clock = createFakeClock();
    this.store = await openStore(this.files, { ...this.options, clock: this.clock });
    for (const id of DESTINATIONS) {
      const queue = await this.store.open(id);
      const before = this.expected.get(id);
      this.expected.set(id, {
        queue,
        open: before?.open ?? new Set(),
        past: before?.past ?? new Set(),
        taken: [],
        isOrdered: true,
      });
    }
  }

  /** Looks at everything that is there, and puts it back. */
  async look(mayRepeat: boolean): Promise<void> {
    for (const [name, expected] of this.expected) {
      const { queue, open, past } = expected;
      queue.requeue(expected.taken.splice(0).toSorted((x, y) => x.sequence - y.sequence));
      const { size } = queue;
      const there: AcceptedEvent[] = [];
      for (
        let more = await takeRead(queue, 5, this.clock);
        more.length > 0;
        more = await takeRead(queue, 5, this.clock)
      )
        there.push(...more);
      const ids = idsOf(there);
      assert.equal(ids.length, size, `${name}: size`);
      if (expected.isOrdered) assert.deepEqual(ids, ids.toSorted(), `${name}: order`);
      assert.equal(new Set(ids).size, ids.length, `${name}: no event twice`);
      assert.deepEqual(
        [...open].filter((id) => !ids.includes(id)),
        [],
        `${name}: lost`,
      );
      const extra = ids.filter((id) => !open.has(id));
      if (!mayRepeat) assert.deepEqual(extra, [], `${name}: repeated`);
      assert.deepEqual(
        extra.filter((id) => !past.has(id)),
        [],
        `${name}: from nowhere`,
      );
      expected.open = new Set(ids);
      queue.requeue(there.toSorted((x, y) => x.sequence - y.sequence));
      expected.taken = [];
      expected.isOrdered = true;
    }
  }

  async append(batches: readonly { count: number; size: number }[], to: number): Promise<void> {
    const targets = [...this.expected.values()].filter((_, index) => to & (1 << index));
    await Promise.all(
      batches.map(async ({ count, size }) => {
        const ids = Array.from({ length: count }, () => String(this.next++).padStart(6, "0"));
        const records = ids.map((id) => eventOfSize(id, size));
        for (const { past } of targets) for (const id of ids) past.add(id);
        try {
          await this.store?.append([{ records, queues: targets.map(({ queue }) => queue) }]);
          for (const { open } of targets) for (const id of ids) open.add(id);
        } catch (error) {
          assert.ok(error instanceof Error && "code" in error && error.code === "SIEM_QUEUE_WRITE");
        }
      }),
    );
  }

  async do(command: QueueStep): Promise<void> {
    switch (command.kind) {
      case "append":
        return this.append([command], command.to);
      case "append many":
        return this.append(
          command.each.map((count) => ({ count, size: 10 })),
          command.to,
        );
      case "take": {
        const expected = this.#of(command.from);
        expected.taken.push(...(await takeRead(expected.queue, command.count, this.clock)));
        return;
      }
      case "ack":
      case "requeue": {
        const expected = this.#of(command.from);
        const { queue, open, taken } = expected;
        const random = randomFrom(command.seed);
        const chosen = taken.filter(() => random() * 100 <= command.share);
        for (const record of chosen) taken.splice(taken.indexOf(record), 1);
        if (command.kind === "ack") {
          queue.ack(chosen, "delivered");
          for (const { id } of chosen) open.delete(id);
          return;
        }
        // Some, while others are under way; or all, which keeps their order.
        const back = command.seed % 2 === 0 ? chosen : [...chosen, ...taken.splice(0)];
        if (taken.length > 0 && back.length > 0) expected.isOrdered = false;
        queue.requeue(back.toSorted((x, y) => x.sequence - y.sequence));
        return;
      }
      case "leave": {
        // And comes back, as one that the store has to know nothing of any more.
        const expected = this.#of(command.who);
        const id = DESTINATIONS[command.who];
        if (expected.open.size > 0 || id === undefined) return;
        this.store?.forget(id, command.isForGood);
        const queue = await this.store?.open(id);
        assert.ok(queue);
        expected.queue = queue;
        return;
      }
      case "wait":
        return this.clock.advance(command.ms);
      case "write acks anew":
        return writeAcksAnew(this.files, this.clock);
      case "restart":
        await this.store?.close();
        this.files = this.files.killed();
        await this.open();
        return this.look(false);
      case "kill":
        this.files = this.files.killed();
        await this.open();
        return this.look(true);
      case "power cut":
        this.files = this.files.withoutPower(randomFrom(command.seed));
        await this.open();
        return this.look(true);
      case "fail": {
        let isDone = false;
        this.files.fail = (operation, path) => {
          if (isDone || operation !== command.operation || path.endsWith("acks")) return undefined;
          isDone = true;
          return errorOf("EIO", operation);
        };
        await this.append([{ count: command.count, size: 10 }], command.to);
        this.files.fail = () => undefined;
        return;
      }
      case "fill up":
        this.files.capacity = this.files.bytes + 50;
        await this.append([{ count: command.count, size: 100 }], command.to);
        this.files.capacity = Number.POSITIVE_INFINITY;
        return;
      default:
        command satisfies never;
    }
  }

  #of(index: number): Expected {
    const expected = this.expected.get(DESTINATIONS[index] ?? "");
    assert.ok(expected);
    return expected;
  }

  check(): void {
    for (const [name, { queue, open, taken }] of this.expected) {
      assert.equal(queue.size, open.size, `${name}: size`);
      assert.equal(queue.waiting, open.size - taken.length, `${name}: waiting`);
      assert.equal(queue.bytes === 0, open.size === 0, `${name}: bytes`);
    }
  }
}

function randomFrom(start: number): () => number {
  // Mixed well, for small seeds begin with small numbers otherwise.
  let state = ((start + 1) * 1_103_515_245 + 12_345) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

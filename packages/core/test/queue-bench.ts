import { createEventRecord } from "../src/delivery/intake/accept-event.ts";
import type { DiskQueueStore, DiskQueueStoreOptions } from "../src/delivery/queue/disk/disk-queue-store.ts";
import { openDiskQueueStore } from "../src/delivery/queue/disk/disk-queue-store.ts";
import type { FolderLock } from "../src/delivery/queue/disk/folder-lock.ts";
import type { AcceptedEvent } from "../src/event/accepted-event.ts";
import type { Queue } from "../src/delivery/queue/queue-store.ts";
import { silentLogger } from "../src/telemetry/logger.ts";
import type { FakeClock } from "./fake-clock.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { MemoryFiles } from "./memory-files.ts";
import { errorOf } from "./memory-files.ts";

export const QUEUE_FOLDER = "/queue";

/** A store on a disk in memory, with a clock that stands still and no lock. */
export function openStore(files: MemoryFiles, options: Partial<DiskQueueStoreOptions> = {}): Promise<DiskQueueStore> {
  return openDiskQueueStore({
    path: QUEUE_FOLDER,
    clock: createFakeClock(),
    logger: silentLogger,
    files,
    lock: async () => heldLock,
    ...options,
  });
}

const heldLock: FolderLock = {
  isFromUnknown: false,
  isFresh: () => true,
  confirm: async () => {},
  release: async () => {},
};

export function eventsOf(...ids: readonly string[]): AcceptedEvent[] {
  return ids.map((uid) => createEventRecord({ class_uid: 6003, time: 1, severity_id: 1, metadata: { uid } }, 1000));
}

export function idsOf(records: readonly AcceptedEvent[]): string[] {
  return records.map(({ id }) => id);
}

export function eventOfSize(uid: string, size: number): AcceptedEvent {
  const event = { class_uid: 6003, time: 1, severity_id: 1, metadata: { uid }, message: "x".repeat(size) };
  return createEventRecord(event, 1000);
}

export function pick(records: readonly AcceptedEvent[], ...indexes: readonly number[]): AcceptedEvent[] {
  return records.filter((_, index) => indexes.includes(index));
}

/** Turns one bit over. */
export function flip(bytes: Buffer, at: number, bit = 0): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
}

/** Makes the next write of settlements fail: after that all of them are written anew. */
export async function writeAcksAnew(files: MemoryFiles, clock: FakeClock): Promise<void> {
  const { fail } = files;
  files.fail = (operation, path) => {
    if (operation !== "write" || !/acks(\.new)?$/.test(path)) return fail(operation, path);
    files.fail = fail;
    return errorOf("EIO", "here");
  };
  await clock.advance(5000);
  files.fail = fail;
}

/** Takes events although they are on the disk only. With a clock, reads that fail are tried again. */
export async function takeRead(queue: Queue, maxEvents: number, clock?: FakeClock): Promise<AcceptedEvent[]> {
  while (queue.waiting > 0) {
    const woken = new AbortController();
    const wake = () => woken.abort();
    queue.listen({ appended() {}, ready: wake, lost: wake });
    const taken = queue.take(maxEvents);
    if (taken.length > 0) return taken;
    if (clock === undefined) await new Promise((resolve) => woken.signal.addEventListener("abort", resolve));
    else while (!woken.signal.aborted) await clock.advance(1000);
  }
  return [];
}

/** All that waits, in order. */
export async function drain(queue: Queue, batchSize = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let taken = await takeRead(queue, batchSize); taken.length > 0; taken = await takeRead(queue, batchSize)) {
    ids.push(...idsOf(taken));
    queue.ack(taken, "delivered");
  }
  return ids;
}

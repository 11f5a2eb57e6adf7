import type { Logger } from "@arbitex/core";
import { silentLogger } from "@arbitex/core";
import type { DiskQueueStore, Queue, WriteBatch } from "@arbitex/core/host";
import { createEventRecord, openDiskQueueStore, systemClock } from "@arbitex/core/host";

export type Records = WriteBatch["records"];

const logger: Logger = { ...silentLogger, warn: complain, error: complain, child: () => logger };

function complain(...facts: readonly unknown[]): void {
  process.stderr.write(`${JSON.stringify(facts)}\n`);
}

export function openStore(path: string): Promise<DiskQueueStore> {
  return openDiskQueueStore({ path, clock: systemClock, logger });
}

export function openQueues(store: DiskQueueStore, count: number): Promise<readonly Queue[]> {
  return Promise.all(Array.from({ length: count }, async (_, index) => store.open(`d${index}`)));
}

export function settleAll(queue: Queue): void {
  for (let taken = queue.take(100); taken.length > 0; taken = queue.take(100)) queue.ack(taken, "delivered");
}

/** A hundred events. */
export function makeBatch(): Records {
  return Array.from({ length: 100 }, makeRecord);
}

export function makeRecord(): Records[number] {
  return createEventRecord({
    class_uid: 6003,
    time: 1_741_824_000_000,
    severity_id: 1,
    message: "x".repeat(1050),
  });
}

export function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

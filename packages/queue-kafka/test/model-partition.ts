import { silentLogger } from "@arbitex/core";
import type { AcceptedEvent, Expiring } from "@arbitex/core/host";
import { createEventRecord, systemClock } from "@arbitex/core/host";
import { startCatchUp } from "../src/catch-up.ts";
import { createExpiry } from "../src/expiry.ts";
import type { Cursor } from "../src/cursor-store.ts";
import { createFilling, recordsOf } from "../src/filling.ts";
import type { KafkaLog, LogMessage } from "../src/kafka-log.ts";
import { KafkaQueue } from "../src/kafka-queue.ts";
import { encodeMessage } from "../src/message.ts";
import { OwnedPartition } from "../src/owned-partition.ts";

/** So large that a few messages fill the least memory that a destination gets. */
const PADDING = "x".repeat(5000);

/** A partition of a cluster, and what its owners recorded. */
export interface ModelPartition {
  readonly log: LogMessage[];
  readonly cursors: Map<string, Cursor>;
  readTo: number;
  epoch: number;
  /** What happens while a message is on its way to a node. */
  whileReading: () => void;
  /** Appends a message. Returns the ids of its events. */
  write(count: number, destinationIds: readonly string[]): readonly string[];
}

export function createModelPartition(): ModelPartition {
  const log: LogMessage[] = [];
  let events = 0;
  return {
    log,
    cursors: new Map(),
    readTo: 0,
    epoch: 0,
    whileReading: () => undefined,
    write(count, destinationIds) {
      const ids = Array.from({ length: count }, () => `e${events++}`);
      const records = ids.map((uid) =>
        createEventRecord({ class_uid: 6003, time: 1, metadata: { uid }, message: PADDING }),
      );
      log.push({ offset: log.length, value: encodeMessage([{ destinationIds, records }]) });
      return ids;
    },
  };
}

/** A node that owns the partition. */
export interface ModelNode {
  readonly owned: OwnedPartition;
  readonly queue: KafkaQueue;
  /** What the queue's listener was told: events accepted here, and net of those moved here. */
  readonly told: { accepted: number; moved: number; lost: number };
  /** Reads up to `messages` that were not read yet. */
  read(messages: number): void;
  /** Resolves once what was left out is read, as far as there is space. */
  catchUp(): Promise<void>;
  /** Gives out what waits in messages before an offset, which the cluster will delete. */
  expire(before: number, give: (expiring: Expiring) => Promise<void>): Promise<void>;
  record(): void;
  close(): Promise<void>;
}

let origins = 0;

/** Takes the partition over, as the store does, for one open destination. */
export function takeOver(
  partition: ModelPartition,
  destinationId: string,
  { memoryBytes, onReady }: { readonly memoryBytes: number; readonly onReady: (queue: KafkaQueue) => void },
): ModelNode {
  partition.epoch++;
  const { epoch, readTo, cursors } = partition;
  const owned = new OwnedPartition(0, ++origins, { epoch, readTo, cursors: [...cursors.values()] });
  const told = { accepted: 0, moved: 0, lost: 0 };
  const queues = new Map<string, KafkaQueue>();
  const filling = createFilling({ queues, memoryBytes, logger: silentLogger });
  const queueFor = (id: string) =>
    new KafkaQueue({
      destinationId: id,
      originOf: (origin) => (origin === owned.origin ? owned : undefined),
      isMember: () => true,
      onSpace: () => undefined,
    });
  const queue = queueFor(destinationId);
  const others = queueFor("other");
  queue.isOpen = true;
  queue.listen({
    appended: (count) => void (told.accepted += count),
    moved: (count) => void (told.moved += count),
    lost: (count) => void (told.lost += count),
    ready: () => onReady(queue),
  });
  queues.set(destinationId, queue);
  filling.join(owned);
  let expiresBefore = 0;
  const log: KafkaLog = {
    leaders: async () => [0],
    earliest: async () => 0,
    end: async () => partition.log.length,
    since: async () => expiresBefore,
    async read(_leader, [point]) {
      partition.whileReading();
      const from = point?.offset ?? 0;
      const messages = partition.log.slice(from, from + 3);
      return [{ kind: "messages", partition: 0, messages, nextOffset: from + messages.length }];
    },
    close() {},
  };
  const reading = startCatchUp({
    log,
    clock: systemClock,
    logger: silentLogger,
    leaderOf: () => 0,
    owned: () => [owned],
    hasSpace: filling.hasSpace,
    onMessage: filling.loadMessage,
    onCaughtUp: filling.caughtUp,
  });
  const giveExpiring = createExpiry({
    log,
    clock: systemClock,
    logger: silentLogger,
    leaderOf: () => 0,
    owned: () => [owned],
    retentionMs: async () => 1000,
    queueOf: (id) => (id === destinationId ? queue : others),
    stop: new AbortController().signal,
    runsOf: filling.runsOf,
    recordsOf,
  });
  return {
    owned,
    queue,
    told,
    read(count) {
      const messages = partition.log.slice(owned.readTo, owned.readTo + count);
      const nextOffset = owned.readTo + messages.length;
      filling.countMessages(owned, { kind: "messages", partition: 0, messages, nextOffset });
      filling.shrink();
    },
    async catchUp() {
      reading.wake();
      await reading.idle();
    },
    expire(before, give) {
      expiresBefore = before;
      return giveExpiring(async (expiring) => {
        if (expiring.queue === queue) await give(expiring);
        else expiring.queue.ack(expiring.records, "deadLettered");
      });
    },
    record() {
      const record = owned.takeRecord();
      if (record === undefined) return;
      partition.readTo = record.readTo;
      for (const cursor of record.cursors) partition.cursors.set(cursor.destinationId, cursor);
    },
    close: () => reading.close(),
  };
}

export function idsOf(records: readonly AcceptedEvent[]): readonly string[] {
  return records.map(({ id }) => id);
}

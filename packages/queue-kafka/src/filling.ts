import type { Logger } from "@arbitex/core";
import type { AcceptedEvent, Leftover } from "@arbitex/core/host";
import { errorText } from "./error-text.ts";
import type { LogMessage, ReadPart } from "./kafka-log.ts";
import type { KafkaQueue } from "./kafka-queue.ts";
import type { StoredRun } from "./message.ts";
import { decodeMessage, NewerMessage } from "./message.ts";
import type { OwnedPartition } from "./owned-partition.ts";
import { positionOf } from "./position.ts";
import type { Subscription } from "./subscription.ts";

export interface FillingOptions {
  readonly queues: ReadonlyMap<string, KafkaQueue>;
  readonly memoryBytes: number;
  readonly logger: Logger;
}

/** Brings what was read into the queues, as far as they have memory for it. */
export interface Filling {
  join(owned: OwnedPartition): void;
  /** Hands out nothing more of a partition. */
  park(owned: OwnedPartition): void;
  leave(owned: OwnedPartition): void;
  /** Counts messages read for the first time, and loads their events where the destination keeps up. */
  countMessages(owned: OwnedPartition, part: Extract<ReadPart, { kind: "messages" }>): void;
  /** Loads a message's events for destinations that fell behind. */
  readonly loadMessage: (owned: OwnedPartition, message: LogMessage, behind: readonly Subscription[]) => void;
  readonly caughtUp: (owned: OwnedPartition, subscription: Subscription) => void;
  readonly hasSpace: (subscription: Subscription) => boolean;
  /** Tells every queue to take again. */
  ready(): void;
  /** Frees memory of destinations that hold more than their share. */
  shrink(): void;
  bytes(): number;
  leftovers(owned: Iterable<OwnedPartition>): readonly Leftover[];
  /** Decodes a message. One that another program wrote has no runs. */
  readonly runsOf: (owned: OwnedPartition, message: LogMessage) => readonly StoredRun[];
}

const SMALLEST_SHARE = 64 * 1024;
const LARGEST_SHARE = 16 * 1024 * 1024;
/** Events that a queue may hold however large its batches are. */
const FEW_EVENTS = 1000;

export function createFilling({ queues, memoryBytes, logger }: FillingOptions): Filling {
  let share = LARGEST_SHARE;

  function hasSpace({ destinationId }: Subscription): boolean {
    const queue = queues.get(destinationId);
    if (queue === undefined || !queue.isOpen) return false;
    return queue.bytes < share && queue.held < Math.max(FEW_EVENTS, 2 * queue.mostTaken);
  }

  function runsOf(one: OwnedPartition, { offset, value }: LogMessage): readonly StoredRun[] {
    try {
      return decodeMessage(value);
    } catch (error) {
      if (error instanceof NewerMessage) throw error;
      const facts = { partition: one.partition, offset, reason: errorText(error) };
      logger.error(facts, "a message of the topic cannot be read: does another program write to it?");
      return [];
    }
  }

  function countMessage(one: OwnedPartition, message: LogMessage, counted: Map<KafkaQueue, number>): void {
    const { offset } = message;
    const runs = runsOf(one, message);
    const keepingUp = new Map<string, readonly [KafkaQueue, Subscription]>();
    for (const [destinationId, count] of countsOf(runs)) {
      const subscription = one.subscriptionOf(destinationId, offset);
      const queue = queues.get(destinationId);
      const isNew = subscription.count(offset, count);
      if (isNew) one.changed(subscription);
      if (isNew && queue !== undefined) counted.set(queue, (counted.get(queue) ?? 0) + count);
      if (subscription.behindFrom !== undefined) continue;
      if (queue !== undefined && hasSpace(subscription)) keepingUp.set(destinationId, [queue, subscription]);
      else if (isNew) subscription.readFrom(offset);
    }
    for (const run of runs) {
      for (const destinationId of run.destinationIds) {
        const taking = keepingUp.get(destinationId);
        if (taking !== undefined) load(...taking, recordsOf(one, offset, run));
      }
    }
  }

  return {
    hasSpace,
    runsOf,
    join(one) {
      for (const subscription of one.subscriptions.values()) queues.get(subscription.destinationId)?.join(subscription);
    },
    park(one) {
      for (const { destinationId } of one.subscriptions.values()) queues.get(destinationId)?.park(one);
    },
    leave(one) {
      for (const subscription of one.subscriptions.values()) {
        queues.get(subscription.destinationId)?.leave(one, subscription);
      }
    },
    countMessages(one, { messages, nextOffset }) {
      const counted = new Map<KafkaQueue, number>();
      try {
        for (const message of messages) {
          countMessage(one, message, counted);
          one.readTo = Math.max(one.readTo, message.offset + 1);
        }
        one.readTo = Math.max(one.readTo, nextOffset);
      } finally {
        for (const [queue, count] of counted) queue.counted(count);
      }
    },
    loadMessage(one, message, behind) {
      const readers = new Map(behind.map((subscription) => [subscription.destinationId, subscription]));
      for (const run of runsOf(one, message)) {
        for (const destinationId of run.destinationIds) {
          const subscription = readers.get(destinationId);
          const queue = queues.get(destinationId);
          if (subscription === undefined || queue === undefined) continue;
          load(queue, subscription, recordsOf(one, message.offset, run));
          queue.ready();
        }
      }
    },
    caughtUp(one, subscription) {
      const lost = subscription.caughtUp();
      const queue = queues.get(subscription.destinationId);
      if (lost !== 0) one.changed(subscription);
      if (lost > 0) queue?.lost(lost);
      if (lost < 0) queue?.found(-lost);
      queue?.ready();
    },
    ready() {
      for (const queue of queues.values()) queue.ready();
    },
    shrink() {
      let holding = 0;
      for (const { held } of queues.values()) if (held > 0) holding++;
      share = Math.min(LARGEST_SHARE, Math.max(SMALLEST_SHARE, memoryBytes / Math.max(1, holding)));
      for (const queue of queues.values()) if (queue.bytes > 2 * share) queue.shrink(share);
    },
    bytes() {
      let bytes = 0;
      for (const queue of queues.values()) bytes += queue.bytes;
      return bytes;
    },
    leftovers(owned) {
      const found = new Map<string, number>();
      for (const { subscriptions } of owned) {
        for (const { destinationId, queued } of subscriptions.values()) {
          if (queued > 0 && queues.get(destinationId)?.isOpen !== true) {
            found.set(destinationId, (found.get(destinationId) ?? 0) + queued);
          }
        }
      }
      return [...found].map(([destinationId, events]) => {
        return { destinationId, events, bytes: 0, oldestAcceptedAt: undefined };
      });
    },
  };
}

/** Returns a run's events, which know where they come from. */
export function recordsOf(one: OwnedPartition, offset: number, run: StoredRun): readonly AcceptedEvent[] {
  const records = run.records();
  for (const [at, record] of records.entries()) {
    record.origin = one.origin;
    record.sequence = positionOf(offset, run.first + at);
  }
  return records;
}

function load(queue: KafkaQueue, subscription: Subscription, records: readonly AcceptedEvent[]): void {
  const wanted = records.filter(({ sequence }) => subscription.wants(sequence));
  for (const { sequence } of wanted) subscription.load(sequence);
  queue.hold(wanted);
}

function countsOf(runs: readonly StoredRun[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { destinationIds, count } of runs) {
    for (const destinationId of destinationIds) counts.set(destinationId, (counts.get(destinationId) ?? 0) + count);
  }
  return counts;
}

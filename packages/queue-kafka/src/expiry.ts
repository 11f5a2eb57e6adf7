import type { Logger } from "@arbitex/core";
import type { AcceptedEvent, Clock, Expiring } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import { errorText } from "./error-text.ts";
import type { StoredRun } from "./message.ts";
import type { KafkaLog, LogMessage } from "./kafka-log.ts";
import type { KafkaQueue } from "./kafka-queue.ts";
import type { OwnedPartition } from "./owned-partition.ts";
import type { Subscription } from "./subscription.ts";

export interface ExpiryOptions {
  readonly log: Pick<KafkaLog, "read" | "earliest" | "since">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly leaderOf: (partition: number) => number;
  readonly owned: () => Iterable<OwnedPartition>;
  /** Resolves to how long the topic keeps messages, in milliseconds; to undefined if for ever. */
  readonly retentionMs: () => Promise<number | undefined>;
  /** Returns the queue of a destination, open or not. */
  readonly queueOf: (destinationId: string) => KafkaQueue;
  readonly stop: AbortSignal;
  readonly runsOf: (owned: OwnedPartition, message: LogMessage) => readonly StoredRun[];
  readonly recordsOf: (owned: OwnedPartition, offset: number, run: StoredRun) => readonly AcceptedEvent[];
}

type Give = (expiring: Expiring) => Promise<void>;

const MAX_BYTES = 1024 * 1024;
/** As fast as reading again, which others must not wait for either. */
const BYTES_PER_MS = 32 * 1024;
const MOST_MARGIN_MS = 12 * 3_600_000;
const HOUR_MS = 3_600_000;

/** How long before the cluster may delete an event it is given out. Clocks of nodes and brokers may differ by less. */
export function marginOf(retentionMs: number): number {
  return Math.min(MOST_MARGIN_MS, retentionMs / 4);
}

/**
 * Creates `giveExpiring`: takes what the cluster will soon delete, unsettled, from the queues of the owned partitions, and
 * reads a partition once for all its destinations, whether they are open, behind, or not configured any more.
 */
export function createExpiry(options: ExpiryOptions): (give: Give) => Promise<void> {
  const { log, clock, logger, leaderOf, owned, retentionMs, queueOf, stop, runsOf, recordsOf } = options;

  return async (give) => {
    const kept = await retentionMs();
    if (kept === undefined) return;
    const reason = `Kafka keeps events for ${Math.round((kept / HOUR_MS) * 100) / 100} h, and deletes it soon`;
    const failures: unknown[] = [];
    for (const one of owned()) {
      try {
        await expire(one, clock.now() - kept + marginOf(kept), (id, queue, records) =>
          give({ destinationId: id, queue, records, reason }),
        );
      } catch (error) {
        failures.push(error);
        logger.debug({ partition: one.partition, reason: errorText(error) }, "expiring events stay queued for now");
      }
    }
    if (failures.length > 0) throw failures[0];
  };

  function isOver({ isLeaving, isRetired }: OwnedPartition): boolean {
    return stop.aborted || isLeaving || isRetired;
  }

  async function expire(
    one: OwnedPartition,
    before: number,
    give: (id: string, queue: KafkaQueue, records: readonly AcceptedEvent[]) => Promise<void>,
  ): Promise<void> {
    const unsettled = () => [...one.subscriptions.values()].filter(({ unsettledFrom }) => unsettledFrom < one.readTo);
    if (unsettled().length === 0) return;
    const end = Math.min(one.readTo, (await log.since(one.partition, before)) ?? one.readTo);
    const failed = new Map<string, unknown>();
    const due = () => unsettled().filter((of) => of.unsettledFrom < end && !failed.has(of.destinationId));
    let from = Math.min(...due().map(({ unsettledFrom }) => unsettledFrom));
    while (from < end && !isOver(one)) {
      const { messages, nextOffset } = await read(one, from);
      // Another node may have the partition since.
      if (isOver(one)) break;
      if (nextOffset <= from) throw new Error("the partition could not be read on");
      const taken = new Map<KafkaQueue, AcceptedEvent[]>();
      const taking = new Set(due());
      try {
        for (const message of messages) {
          if (message.offset >= end) break;
          takeFrom(one, message, taking, from, taken);
          from = message.offset + 1;
        }
      } catch (error) {
        for (const [queue, records] of taken) queue.requeue(records);
        throw error;
      }
      skipTo(one, Math.min(end, nextOffset), from);
      from = Math.min(end, nextOffset);
      for (const [queue, records] of taken) {
        try {
          if (!queue.maySend(records)) throw new Error("another node may have the partition");
          await give(queue.destinationId, queue, records);
        } catch (error) {
          queue.requeue(records);
          failed.set(queue.destinationId, error);
        }
      }
      if (due().length === 0) break;
      await sleep(clock, messages.reduce((sum, { value }) => sum + value.length, 0) / BYTES_PER_MS, stop);
    }
    for (const error of failed.values()) throw error;
  }

  async function read(one: OwnedPartition, offset: number) {
    const [part] = await log.read(leaderOf(one.partition), [{ partition: one.partition, offset }], MAX_BYTES);
    if (part?.kind === "messages") return part;
    if (part?.kind !== "trimmed") throw new Error("another broker leads the partition");
    const first = await log.earliest(one.partition);
    const facts = { partition: one.partition, from: offset, first };
    logger.error(facts, "Kafka deleted messages that were not settled: did no server run for so long?");
    return { messages: [], nextOffset: first };
  }

  /** Takes what is due of a message. `from` is where reading began: what was put back before it is read another time. */
  function takeFrom(
    one: OwnedPartition,
    message: LogMessage,
    due: ReadonlySet<Subscription>,
    from: number,
    taken: Map<KafkaQueue, AcceptedEvent[]>,
  ): void {
    const { offset } = message;
    for (const run of runsOf(one, message)) {
      for (const id of run.destinationIds) {
        const subscription = one.subscriptions.get(id);
        if (subscription === undefined || !due.has(subscription)) continue;
        const { behindFrom } = subscription;
        const isBehind = behindFrom !== undefined && behindFrom >= from && behindFrom <= offset;
        const queue = queueOf(id);
        const records = queue.takeThese(subscription, recordsOf(one, offset, run), isBehind);
        if (records.length > 0) taken.set(queue, [...(taken.get(queue) ?? []), ...records]);
      }
    }
    for (const subscription of due) {
      const { behindFrom } = subscription;
      if (behindFrom !== undefined && behindFrom >= from && behindFrom <= offset) subscription.readFrom(offset + 1);
    }
  }
}

/** Moves on those that have nothing to read before an offset. */
function skipTo({ behind }: OwnedPartition, to: number, from: number): void {
  for (const subscription of behind) {
    const { behindFrom = to } = subscription;
    if (behindFrom >= from && behindFrom < to) subscription.readFrom(to);
  }
}

import type { Logger } from "@arbitex/core";
import type { Clock, Leftover, QueueStore } from "@arbitex/core/host";
import { startCatchUp } from "./catch-up.ts";
import type { CursorStore } from "./cursor-store.ts";
import { errorText } from "./error-text.ts";
import { createExpiry } from "./expiry.ts";
import { createFilling, recordsOf } from "./filling.ts";
import { createKafkaLog } from "./kafka-log.ts";
import { KafkaQueue } from "./kafka-queue.ts";
import { createKafkaWriter } from "./kafka-writer.ts";
import { openLeaders } from "./leaders.ts";
import { startLiveReader } from "./live-reader.ts";
import { joinGroup } from "./membership.ts";
import { createOwnership } from "./ownership.ts";
import { createPartitioning } from "./partition-of.ts";
import { startRecorder } from "./recorder.ts";
import type { KafkaSettings } from "./settings.ts";
import { DAY_MS } from "./topic-problems.ts";
import { createTopicProbe } from "./topic-probe.ts";
import { readTopicState } from "./topic-state.ts";

/** Options of `openKafkaQueueStore`. */
export interface KafkaQueueStoreOptions {
  readonly settings: KafkaSettings;
  /** Where nodes share what they have settled. */
  readonly cursors: CursorStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Memory in bytes for waiting events, which the cluster has as well, of all destinations together. Default 128 MiB. */
  readonly memoryBytes?: number;
}

/** A queue store on a Kafka cluster. */
export interface KafkaQueueStore extends QueueStore {
  /** Returns events of destinations that are not open here, in the partitions that this node owns. */
  leftovers(): readonly Leftover[];
  /** Returns the partitions that this node owns, ascending. */
  ownedPartitions(): readonly number[];
  /** Resolves to whether every event written by now to the partitions of this node is counted in its queue. */
  isReadToEnd(): Promise<boolean>;
}

const DEFAULT_MEMORY_BYTES = 128 * 1024 * 1024;

/**
 * Opens a queue store that several nodes share. An append resolves once all in-sync replicas have the events; the node
 * that owns their partition delivers them. The topic must exist.
 */
export async function openKafkaQueueStore(options: KafkaQueueStoreOptions): Promise<KafkaQueueStore> {
  const { settings, cursors, clock, logger, memoryBytes = DEFAULT_MEMORY_BYTES } = options;
  const liveLog = createKafkaLog(settings);
  const leaders = await openLeaders(liveLog).catch((error: unknown) => {
    liveLog.close();
    throw error;
  });
  const catchUpLog = createKafkaLog(settings);
  const { leaderOf, refresh } = leaders;
  const queues = new Map<string, KafkaQueue>();
  const stop = new AbortController();
  /** How long the topic kept messages when it was asked last. */
  let keptMs = await readRetention(settings).catch(() => undefined);
  const filling = createFilling({ queues, memoryBytes, logger });

  const ownership = createOwnership({
    cursors,
    log: liveLog,
    node: settings.node,
    clock,
    logger,
    onOwned(one) {
      filling.join(one);
      liveReader.wake();
      catchUp.wake();
    },
    onLeaving: (one) => filling.park(one),
    onLost: (one) => filling.leave(one),
    record: () => recorder.record(),
  });
  const { owned } = ownership;
  const recorder = startRecorder({
    cursors,
    clock,
    logger,
    owned,
    onClaimed(one) {
      logger.warn({ partition: one.partition }, "another node has taken a partition over");
      ownership.retire(one);
    },
  });
  const catchUp = startCatchUp({
    log: catchUpLog,
    clock,
    logger,
    leaderOf,
    owned,
    hasSpace: filling.hasSpace,
    onMessage: filling.loadMessage,
    onCaughtUp: filling.caughtUp,
  });
  const liveReader = startLiveReader({
    log: liveLog,
    clock,
    logger,
    leaderOf,
    owned,
    async onElsewhere() {
      await refresh();
      liveReader.wake();
    },
    onRead(one, part) {
      filling.countMessages(one, part);
      if (one.behind.size > 0) catchUp.wake();
    },
  });
  const writer = createKafkaWriter({
    settings,
    clock,
    logger,
    leaderOf,
    partitionOf: createPartitioning(leaders.partitions),
    onFailure: () => void refresh().catch(() => undefined),
  });
  const membership = joinGroup({
    settings,
    clock,
    logger,
    onAssigned: (partitions) => ownership.assigned(partitions),
    onRevoked: (kept) => ownership.keepOnly(kept),
  });
  const isMember = memberNotice(membership.isMember, clock, () => filling.ready());
  const cancelShrink = repeat(clock, () => filling.shrink());

  function queueOf(destinationId: string): KafkaQueue {
    let queue = queues.get(destinationId);
    if (queue === undefined) {
      queue = new KafkaQueue({
        destinationId,
        originOf: (origin) => ownership.originOf(origin),
        isMember,
        onSpace: () => catchUp.wake(),
      });
      queues.set(destinationId, queue);
      for (const one of owned()) {
        const subscription = one.subscriptions.get(destinationId);
        if (subscription !== undefined) queue.join(subscription);
      }
    }
    return queue;
  }

  const giveExpiring = createExpiry({
    log: catchUpLog,
    clock,
    logger,
    leaderOf,
    owned,
    async retentionMs() {
      try {
        keptMs = await readRetention(settings);
      } catch (error) {
        if (keptMs === undefined) throw error;
        logger.debug({ reason: errorText(error) }, "the topic's retention is taken as it was");
      }
      return keptMs;
    },
    queueOf,
    stop: stop.signal,
    runsOf: filling.runsOf,
    recordsOf,
  });

  return {
    durable: true,
    isBoundless: true,
    get bytes() {
      return filling.bytes();
    },
    open(destinationId) {
      const queue = queueOf(destinationId);
      queue.isOpen = true;
      catchUp.wake();
      return queue;
    },
    forget(destinationId, isForGood = false) {
      const queue = queues.get(destinationId);
      if (queue === undefined) return;
      queue.isOpen = false;
      queue.shrink(0);
      if (queue.size > 0) return;
      queues.delete(destinationId);
      if (!isForGood) return;
      const partitions = [...owned()].map((one) => {
        one.remove(destinationId);
        return one.partition;
      });
      cursors.forget(destinationId, partitions).catch((error: unknown) => {
        logger.warn({ destination: destinationId, reason: String(error) }, "cursors of a removed destination stay");
      });
    },
    append: (writeBatches) => writer.append(writeBatches),
    trouble: createTopicProbe({ settings, clock }),
    syncSettlements: () => recorder.record(),
    get mostHoldMs() {
      return keptMs === undefined ? undefined : keptMs - DAY_MS;
    },
    giveExpiring,
    leftovers: () => filling.leftovers(owned()),
    ownedPartitions: () => [...owned()].map(({ partition }) => partition).toSorted((a, b) => a - b),
    async isReadToEnd() {
      const looks = [...owned()].map(async (one) => (await liveLog.end(one.partition)) <= one.readTo);
      return (await Promise.all(looks)).every(Boolean);
    },
    release() {
      stop.abort();
      void Promise.all([liveReader.close(), catchUp.close()]);
      for (const queue of queues.values()) queue.release();
    },
    async close() {
      stop.abort();
      cancelShrink();
      await writer.close();
      await Promise.all([liveReader.close(), catchUp.close()]);
      await membership.close();
      await recorder.close();
      liveLog.close();
      catchUpLog.close();
    },
  };
}

/** Resolves to how long the topic keeps messages now; to undefined if for ever. */
async function readRetention(settings: KafkaSettings): Promise<number | undefined> {
  const state = await readTopicState(settings);
  if (state === undefined) throw new Error(`there is no topic "${settings.topic}"`);
  const kept = Number(state.settings.get("retention.ms"));
  return kept >= 0 ? kept : undefined;
}

const EACH_MS = 1000;

function repeat(clock: Clock, action: () => void): () => void {
  let cancel = clock.after(EACH_MS, tick);
  function tick(): void {
    action();
    cancel = clock.after(EACH_MS, tick);
  }
  return () => cancel();
}

/** Tells queues to go on when this node is a member again. */
function memberNotice(isMember: () => boolean, clock: Clock, onBack: () => void): () => boolean {
  let isWaiting = false;
  const look = () => {
    isWaiting = !isMember();
    if (isWaiting) clock.after(200, look);
    else onBack();
  };
  return () => {
    const is = isMember();
    if (!is && !isWaiting) {
      isWaiting = true;
      clock.after(200, look);
    }
    return is;
  };
}

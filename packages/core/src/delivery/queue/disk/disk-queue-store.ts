import { join } from "node:path";
import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import type { Clock } from "../../../clock.ts";
import { threadTurns } from "../../../fair-turns.ts";
import { AckFlush } from "./ack-flush.ts";
import type { Settlement } from "./ack-log.ts";
import { createAckLog } from "./ack-log.ts";
import { nothingSettled } from "./ack-state.ts";
import { Backlog } from "./backlog.ts";
import { openDiskStreamLog } from "./disk-stream-log.ts";
import { openDiskHoldings } from "./disk-holdings.ts";
import { DiskQueue } from "./disk-queue.ts";
import { fenceFiles } from "./fence-files.ts";
import type { Files } from "../../../files/files.ts";
import { nodeFiles } from "../../../files/files.ts";
import type { FolderLock, FolderLockOptions } from "./folder-lock.ts";
import { lockFolder, takenOver } from "./folder-lock.ts";
import { KeptStates } from "./kept-states.ts";
import { LogWriter } from "./log-writer.ts";
import { createMemoryBudget } from "./memory-budget.ts";
import { createReadAhead } from "./read-ahead.ts";
import { restoreFolder } from "./restore-folder.ts";
import { Segments } from "./segments.ts";
import { createWriteProbe } from "./write-probe.ts";
import type { QueueStore, WriteBatch } from "../queue-store.ts";
import { isNothing, noTotals } from "../totals.ts";

/** Options of `openDiskQueueStore`. */
export interface DiskQueueStoreOptions {
  /** Path of a folder used for nothing else; created if absent. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Size in bytes at which a file is closed and a new one begun. Default 32 MiB. */
  readonly segmentBytes?: number;
  /** Memory in bytes for waiting events, which are also on disk, of all destinations together. Default 64 MiB. */
  readonly memoryBytes?: number;
  /** Number of closed files a destination may be behind before its events move to a separate backlog. Default 3. */
  readonly keptSegments?: number;
  /** File system, for tests. */
  readonly files?: Files;
  readonly lock?: (options: FolderLockOptions) => Promise<FolderLock>;
}

/** A durable queue store in a folder. */
export interface DiskQueueStore extends QueueStore {
  /** Returns destinations with events that are not open: removed from the configuration, disabled or renamed. */
  leftovers(): readonly Leftover[];
}

/** Queued events of a destination that is not open. */
export interface Leftover {
  readonly destinationId: string;
  readonly events: number;
  readonly bytes: number;
  /** Acceptance time of its oldest event, in milliseconds since the epoch. */
  readonly oldestAcceptedAt: number | undefined;
}

const DEFAULT_SEGMENT_BYTES = 32 * 1024 * 1024;
const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024;
const DEFAULT_KEPT_SEGMENTS = 3;
const SMALLEST_SHARE = 256 * 1024;

/**
 * Opens a durable queue store: an append resolves once its events are synced to disk. Events left by an earlier process
 * are queued again. Throws `SIEM_QUEUE_LOCKED` while another process has the folder.
 *
 * @example
 * ```ts
 * import { silentLogger } from "@arbitex/core";
 * import { createHost, openDiskQueueStore, systemClock } from "@arbitex/core/host";
 *
 * const queueStore = await openDiskQueueStore({ path: "/var/lib/audit/queue", clock: systemClock, logger: silentLogger });
 * const host = await createHost({ destinations: [], queueStore });
 * await host.stop();
 * ```
 */
export async function openDiskQueueStore(options: DiskQueueStoreOptions): Promise<DiskQueueStore> {
  const { path: folder, clock, logger, files: given = nodeFiles, lock = lockFolder } = options;
  const { segmentBytes = DEFAULT_SEGMENT_BYTES, memoryBytes = DEFAULT_MEMORY_BYTES } = options;
  const { keptSegments = DEFAULT_KEPT_SEGMENTS } = options;
  await given.makeFolder(folder);
  let abandon: (() => void) | undefined;
  const held = await lock({ folder, clock, onLost: () => abandon?.() });
  const files = fenceFiles(given, held);

  const queues = new Map<string, DiskQueue>();
  const opened = new Set<string>();
  let settlements: AckFlush | undefined;
  const segments = new Segments({
    folder,
    files,
    logger,
    onEmpty: (segment) => backlog.emptied(segment),
    whenWritten: async () => settlements?.written(),
  });
  const backlog = new Backlog({ folder, files, segments, queues, logger, segmentBytes, keptSegments });
  const memory = createMemoryBudget({
    totalBytes: memoryBytes,
    largestShare: memoryBytes / 4,
    smallestShare: Math.min(SMALLEST_SHARE, memoryBytes / 4),
  });
  const readAhead = createReadAhead({ files, segments, memory, clock, logger, turns: threadTurns });

  const { isFromUnknown } = held;
  const found = await restoreFolder({ folder, files, segments, logger, isFromUnknown }).catch(
    async (error: unknown) => {
      await held.release();
      throw error;
    },
  );
  const keptStates = () => new KeptStates(found.states, () => segments.onDisk());
  const acks = createAckLog(files, folder, keptStates(), found.totals);
  /** Settlements of destinations without an open queue. */
  const settled = keptStates();
  const totals = new Map(found.totals);
  const flush = new AckFlush({
    log: acks,
    clock,
    logger,
    nextSequence: () => writer.nextSequence,
    settlementOf: (destinationId) => queues.get(destinationId)?.settlement() ?? settlementBefore(destinationId),
  });
  settlements = flush;
  const writer = new LogWriter({
    folder,
    files,
    segments,
    logger,
    segmentBytes,
    nextSequence: found.nextSequence,
    onCommitted: () => memory.enforce(),
    onSealed: () => backlog.consider(),
  });
  abandon = () => {
    logger.error({ folder }, "another process has taken the queue folder over, events are refused");
    segments.abandon();
    backlog.abandon();
    Promise.all([writer.abandon(takenOver(folder)), flush.abandon()]).catch((error: unknown) => {
      logger.warn({ folder, reason: describeFailure(error) }, "queue files cannot be closed");
    });
  };

  function settlementBefore(destinationId: string): Settlement {
    return {
      state: settled.get(destinationId) ?? nothingSettled,
      totals: totals.get(destinationId) ?? noTotals,
    };
  }

  function queueOf(destinationId: string): DiskQueue {
    let queue = queues.get(destinationId);
    if (queue === undefined) {
      queue = new DiskQueue({
        destinationId,
        segments,
        memory,
        fill: (empty) => readAhead.fill(empty),
        onSettled: (events) => flush.settled(destinationId, events),
        before: settlementBefore(destinationId),
      });
      queues.set(destinationId, queue);
      settled.delete(destinationId);
    }
    return queue;
  }

  for (const [destinationId, pendingRanges] of found.pendingRanges) queueOf(destinationId).restore(pendingRanges);
  await flush.begin();
  backlog.consider();
  const holdings = await openDiskHoldings({
    folder,
    files,
    segments,
    turns: threadTurns,
    states: () => new Map([...queues].filter(([, { size }]) => size > 0).map(([id, queue]) => [id, queue.ackState()])),
  });

  return {
    durable: true,
    holdings,
    get bytes() {
      return segments.bytes;
    },
    open(destinationId) {
      opened.add(destinationId);
      return queueOf(destinationId);
    },
    forget(destinationId, isForGood = false) {
      opened.delete(destinationId);
      const queue = queues.get(destinationId);
      if (queue === undefined || queue.size > 0) return;
      const { state, totals: counted } = queue.settlement();
      // One of its name begins to count anew after it is gone for good.
      if (isForGood || isNothing(counted)) totals.delete(destinationId);
      else totals.set(destinationId, counted);
      settled.set(destinationId, state);
      queues.delete(destinationId);
      writer.left();
      if (isForGood) flush.settled(destinationId, 0);
    },
    append: (writeBatches) => writer.append(writeBatches.map(asDiskWriteBatch)),
    trouble: createWriteProbe({ folder, files, clock }),
    syncSettlements: () => flush.synced(),
    streamLog: (destinationId) => openDiskStreamLog(files, join(folder, "streams", destinationId)),
    leftovers() {
      return [...queues.values()]
        .filter(({ destinationId, size }) => size > 0 && !opened.has(destinationId))
        .map((queue) => {
          const { destinationId, size: events, bytes } = queue;
          return { destinationId, events, bytes, oldestAcceptedAt: queue.oldestAcceptedAt() };
        });
    },
    async close() {
      await writer.close();
      await backlog.close();
      await readAhead.close();
      await flush.close();
      await segments.idle();
      await held.release();
    },
  };
}

function asDiskWriteBatch({ records, queues }: WriteBatch) {
  return { records, queues: queues.map(asDiskQueue) };
}

function asDiskQueue(queue: unknown): DiskQueue {
  if (!(queue instanceof DiskQueue)) throw new TypeError("a queue of another store");
  return queue;
}

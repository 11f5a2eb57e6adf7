import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import type { Clock } from "../../../clock.ts";
import type { FairTurns } from "../../../fair-turns.ts";
import type { DiskQueue, ReadPosition } from "./disk-queue.ts";
import type { Files, OpenFile } from "../../../files/files.ts";
import { isMissing } from "../../../files/error-code.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { FRAME_KIND, kindOf, readWriteBatch, routeText } from "./write-batch-frame.ts";
import type { FoundFrame } from "./scan-frames.ts";
import { SCAN_BYTES, scanFrames } from "./scan-frames.ts";
import type { CachedFrame, PendingRange, Segment } from "./segment.ts";
import type { Segments } from "./segments.ts";

export interface ReadAheadOptions {
  readonly files: Files;
  readonly segments: Segments;
  readonly memory: MemoryBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shares the thread among the queues. */
  readonly turns: FairTurns;
}

/** Reads events back for queues that have memory again, in order and in large reads. */
export interface ReadAhead {
  fill(queue: DiskQueue): void;
  close(): Promise<void>;
}

/** More readers would only compete for the disk, each with its own buffers. */
const READERS = 2;
const RETRY_MS = 1000;
/** Most that is read for a queue in its turn while others wait. */
const PART_BYTES = 1024 * 1024;

export function createReadAhead({ files, segments, memory, clock, logger, turns }: ReadAheadOptions): ReadAhead {
  const waiting: DiskQueue[] = [];
  const readers = new Set<Promise<void>>();
  /** Reusable read buffers: new ones would outpace the garbage collector. */
  const scratches: Buffer[] = [];
  const timers = new Set<() => void>();
  /** Queues whose last read failed. */
  const struggling = new Set<DiskQueue>();
  const closing = new AbortController();

  function fill(queue: DiskQueue): void {
    if (queue.isLoading || closing.signal.aborted) return;
    queue.isLoading = true;
    waiting.push(queue);
    startReaders();
  }

  function startReaders(): void {
    if (readers.size >= READERS || waiting.length === 0) return;
    const reader = readWaiting().finally(() => {
      readers.delete(reader);
      startReaders();
    });
    readers.add(reader);
  }

  async function readWaiting(): Promise<void> {
    const scratch = scratches.pop() ?? Buffer.allocUnsafeSlow(SCAN_BYTES);
    for (let queue = waiting.shift(); queue !== undefined && !closing.signal.aborted; queue = waiting.shift()) {
      try {
        const hasMore = await load(queue, scratch);
        struggling.delete(queue);
        // The others first: one with a large backlog would keep them waiting.
        if (hasMore) waiting.push(queue);
        else queue.isLoading = false;
        queue.loaded();
      } catch (error) {
        const { destinationId: destination } = queue;
        const reason = describeFailure(error);
        if (!struggling.has(queue)) logger.error({ destination, reason }, "queue cannot be read, trying again");
        struggling.add(queue);
        retryLater(queue);
      }
    }
    scratches.push(scratch);
  }

  function retryLater(queue: DiskQueue): void {
    const cancel = clock.after(RETRY_MS, () => {
      timers.delete(cancel);
      queue.isLoading = false;
      fill(queue);
    });
    timers.add(cancel);
  }

  /** Reads as much as memory allows, or a part of it while others wait. Resolves to whether there is more to read. */
  async function load(queue: DiskQueue, scratch: Buffer): Promise<boolean> {
    while (!closing.signal.aborted && queue.wantsMore) {
      const position = queue.nextUnread();
      if (position === undefined) return false;
      await read(queue, position, scratch);
      memory.touch(queue);
      memory.enforce();
      if (waiting.length > 0 && queue.wantsMore) return true;
    }
    return false;
  }

  /** Reads from one pending range, as much as memory allows, or a part of it while others wait. */
  async function read(queue: DiskQueue, { pendingRange, offset }: ReadPosition, scratch: Buffer): Promise<void> {
    const { segment } = pendingRange;
    const { epoch } = queue;
    const to = pendingRange.end ?? segment.size;
    const isWanted = routesTo(queue.destinationId);
    let file: OpenFile;
    try {
      file = await files.open(segment.path, "read");
    } catch (error) {
      if (!isMissing(error)) throw error;
      // It was moved to another file, or removed by a person and will not come back.
      if (queue.epoch === epoch) loseMissing(queue, pendingRange);
      return;
    }
    let received = 0;
    let reached: number;
    try {
      reached = await scanFrames({
        file,
        from: offset,
        to,
        scratch,
        visit(frame) {
          if (closing.signal.aborted || queue.epoch !== epoch) return "stop";
          if (!isWanted(frame)) return "go-on";
          queue.receive(pendingRange, cachedFrameOf(segment, frame));
          received += frame.next - frame.offset;
          const isPart = waiting.length > 0 && received >= PART_BYTES;
          return pendingRange.unread === 0 || !queue.wantsMore || isPart ? "stop" : "go-on";
        },
        onBad: (from, end) => segments.damaged(segment, from, end),
        pause: () => turns.take(queue.destinationId),
      });
    } finally {
      await file.close();
    }
    // It was moved to another file or evicted meanwhile.
    if (closing.signal.aborted || queue.epoch !== epoch) return;
    queue.readUpTo({ pendingRange, offset: reached });
    if (pendingRange.unread > 0 && reached >= (pendingRange.end ?? segment.size)) queue.lose(pendingRange);
  }

  function loseMissing(queue: DiskQueue, pendingRange: PendingRange): void {
    const { destinationId: destination } = queue;
    logger.error(
      { destination, file: pendingRange.segment.path, events: pendingRange.unread },
      "queue file is gone, with its events",
    );
    queue.lose(pendingRange);
  }

  return {
    fill,
    async close() {
      closing.abort();
      for (const cancel of timers) cancel();
      await Promise.all(readers);
    },
  };
}

/** Returns the cached frame, which another queue may have in memory. */
function cachedFrameOf(segment: Segment, frame: FoundFrame): CachedFrame {
  const known = segment.cachedFrames.get(frame.offset);
  if (known !== undefined) return known;
  const records = readWriteBatch(frame);
  let bytes = 0;
  for (const record of records) bytes += record.bytes;
  return { records, segment, offset: frame.offset, bytes, holders: 0 };
}

function routesTo(destinationId: string): (frame: FoundFrame) => boolean {
  let lastRoute: string | undefined;
  let isOnRoute = false;
  return (frame) => {
    if (kindOf(frame) !== FRAME_KIND.writeBatch) return false;
    const route = routeText(frame);
    if (route !== lastRoute) {
      lastRoute = route;
      isOnRoute = route.split("\n").includes(destinationId);
    }
    return isOnRoute;
  };
}

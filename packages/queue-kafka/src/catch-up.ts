import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import { errorText } from "./error-text.ts";
import type { KafkaLog, LogMessage } from "./kafka-log.ts";
import type { OwnedPartition } from "./owned-partition.ts";
import type { Subscription } from "./subscription.ts";

export interface CatchUpOptions {
  readonly log: Pick<KafkaLog, "read" | "earliest">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly leaderOf: (partition: number) => number;
  readonly owned: () => Iterable<OwnedPartition>;
  /** Whether a destination has memory for more events now. */
  readonly hasSpace: (subscription: Subscription) => boolean;
  /** Loads a message's events for the given destinations. */
  readonly onMessage: (owned: OwnedPartition, message: LogMessage, behind: readonly Subscription[]) => void;
  /** Called when a destination has read everything. */
  readonly onCaughtUp: (owned: OwnedPartition, subscription: Subscription) => void;
}

/** Reads again, once for all, what destinations that fell behind have not in memory. */
export interface CatchUp {
  /** Looks again for destinations with space. */
  wake(): void;
  /** Resolves once nothing more can be read now. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const MAX_BYTES = 1024 * 1024;
/** Bound of what is read a second, so that those that keep up do not wait. */
const BYTES_PER_MS = 32 * 1024;
const AGAIN_MS = 500;

export function startCatchUp(options: CatchUpOptions): CatchUp {
  const { log, clock, logger, leaderOf, owned, hasSpace, onMessage, onCaughtUp } = options;
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let isWanted = false;

  /** Returns those with something to read and memory for it. */
  function readersOf({ isLeaving, isRetired, behind, readTo }: OwnedPartition): Subscription[] {
    if (isLeaving || isRetired) return [];
    return [...behind].filter((one) => (one.behindFrom ?? readTo) < readTo && hasSpace(one));
  }

  async function run(): Promise<void> {
    while (isWanted && !stop.signal.aborted) {
      isWanted = false;
      for (const one of owned()) {
        while (!stop.signal.aborted && (await readOnce(one)));
      }
    }
  }

  /** Reads on for the destination furthest behind. Resolves to whether to go on with this partition. */
  async function readOnce(one: OwnedPartition): Promise<boolean> {
    try {
      const froms = readersOf(one).map(({ behindFrom = one.readTo }) => behindFrom);
      if (froms.length > 0) await readFrom(one, Math.min(...froms));
      noteCaughtUp(one);
      return froms.length > 0;
    } catch (error) {
      isWanted = true;
      logger.debug({ partition: one.partition, reason: errorText(error) }, "reading again from Kafka failed");
      await sleep(clock, AGAIN_MS, stop.signal);
      return false;
    }
  }

  async function readFrom(one: OwnedPartition, from: number): Promise<void> {
    const [part] = await log.read(leaderOf(one.partition), [{ partition: one.partition, offset: from }], MAX_BYTES);
    if (stop.signal.aborted || one.isRetired || one.isLeaving || part === undefined) return;
    if (part.kind === "elsewhere") throw new Error("another broker leads the partition");
    if (part.kind === "trimmed") return moveOn(one, -1, await log.earliest(one.partition));
    let bytes = 0;
    let last = from - 1;
    for (const message of part.messages) {
      if (message.offset >= one.readTo) break;
      bytes += message.value.length;
      const before = last;
      last = message.offset;
      // One that had no space for an earlier message must not go on with this one, even if it has space by now.
      const readers = readersOf(one).filter(({ behindFrom = 0 }) => behindFrom > before && behindFrom <= last);
      onMessage(one, message, readers);
      for (const subscription of readers) subscription.readFrom(last + 1);
    }
    moveOn(one, last, Math.min(part.nextOffset, one.readTo));
    await sleep(clock, bytes / BYTES_PER_MS, stop.signal);
  }

  function noteCaughtUp(one: OwnedPartition): void {
    for (const subscription of one.behind) {
      const { behindFrom = 0, countedTo } = subscription;
      if (behindFrom >= one.readTo && countedTo <= one.readTo) onCaughtUp(one, subscription);
    }
  }

  return {
    wake() {
      isWanted = true;
      running ??= run().finally(() => {
        running = undefined;
      });
    },
    async idle() {
      await running;
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}

/** Moves those on that have nothing to read between two offsets. */
function moveOn({ behind }: OwnedPartition, after: number, to: number): void {
  for (const subscription of behind) {
    const { behindFrom = to } = subscription;
    if (behindFrom > after && behindFrom < to) subscription.readFrom(to);
  }
}

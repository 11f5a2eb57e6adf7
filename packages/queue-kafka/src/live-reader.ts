import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import { errorText } from "./error-text.ts";
import type { KafkaLog, ReadPart } from "./kafka-log.ts";
import { NewerMessage } from "./message.ts";
import type { OwnedPartition } from "./owned-partition.ts";

export interface LiveReaderOptions {
  readonly log: KafkaLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly leaderOf: (partition: number) => number;
  /** Called when leaders may have changed. Resolves once they are known. */
  readonly onElsewhere: () => Promise<void>;
  readonly owned: () => Iterable<OwnedPartition>;
  /** Takes what was read of a partition. */
  readonly onRead: (owned: OwnedPartition, part: Extract<ReadPart, { kind: "messages" }>) => void;
}

/** Reads the owned partitions as they are written, each from its `readTo` on. */
export interface LiveReader {
  /** Looks again at what is owned. */
  wake(): void;
  close(): Promise<void>;
}

const MAX_BYTES = 2 * 1024 * 1024;
const AGAIN_MS = 300;

export function startLiveReader(options: LiveReaderOptions): LiveReader {
  const { log, clock, logger, leaderOf, onElsewhere, owned, onRead } = options;
  const stop = new AbortController();
  /** One loop a broker: one that does not answer must not hold up the others. */
  const loops = new Map<number, Promise<void>>();

  function ledBy(leader: number): OwnedPartition[] {
    return [...owned()].filter(({ partition, isLeaving }) => !isLeaving && leaderOf(partition) === leader);
  }

  async function readFrom(leader: number): Promise<void> {
    while (!stop.signal.aborted) {
      const partitions = ledBy(leader);
      if (partitions.length === 0) return;
      try {
        const points = partitions.map(({ partition, readTo }) => ({ partition, offset: readTo }));
        const parts = await log.read(leader, points, MAX_BYTES);
        let isElsewhere = false;
        for (const part of parts) {
          const one = partitions.find(({ partition }) => partition === part.partition);
          if (one === undefined || one.isRetired || one.isLeaving || stop.signal.aborted) continue;
          if (part.kind === "messages") onRead(one, part);
          else if (part.kind === "trimmed") await goWhereMessagesAre(one);
          else isElsewhere = true;
        }
        if (isElsewhere) throw new Error("another broker leads the partition");
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof NewerMessage) logger.error({ leader }, error.message);
        else logger.debug({ leader, reason: errorText(error) }, "reading from Kafka failed");
        await sleep(clock, AGAIN_MS, stop.signal);
        await onElsewhere().catch(() => undefined);
      }
    }
  }

  /** What the cluster deleted before any node had counted it is lost. Checks at the start exist to prevent that. */
  async function goWhereMessagesAre(one: OwnedPartition): Promise<void> {
    const from = one.readTo;
    const [first, end] = await Promise.all([log.earliest(one.partition), log.end(one.partition)]);
    const facts = { partition: one.partition, from, first, end };
    if (first > from) {
      one.readTo = first;
      logger.error(facts, "Kafka deleted messages that no node had read: raise the topic's retention.ms");
    } else if (end < from) {
      one.truncate(end);
      logger.error(facts, "Kafka lost messages that it had acknowledged: was an unclean leader elected?");
    }
  }

  function wake(): void {
    if (stop.signal.aborted) return;
    for (const { partition } of owned()) {
      const leader = leaderOf(partition);
      if (leader < 0 || loops.has(leader)) continue;
      const loop = readFrom(leader).finally(() => {
        loops.delete(leader);
        // Some may have come to this broker between its last look and here.
        if (ledBy(leader).length > 0) wake();
      });
      loops.set(leader, loop);
    }
  }

  return {
    wake,
    async close() {
      stop.abort();
      await Promise.all(loops.values());
    },
  };
}

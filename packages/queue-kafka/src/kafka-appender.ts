import type { Logger } from "@arbitex/core";
import type { AcceptedEvent, Clock } from "@arbitex/core/host";
import { createKafkaLog } from "./kafka-log.ts";
import { createKafkaWriter } from "./kafka-writer.ts";
import { openLeaders } from "./leaders.ts";
import { createPartitioning } from "./partition-of.ts";
import type { KafkaSettings } from "./settings.ts";

/** Options of `openKafkaAppender`. */
export interface KafkaAppenderOptions {
  readonly settings: KafkaSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Appends to the queues of a topic without owning any of its partitions. */
export interface KafkaAppender {
  /** Resolves once every in-sync replica has the events. */
  append(destinationId: string, records: readonly AcceptedEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens an appender for events that were queued elsewhere. The topic must exist. */
export async function openKafkaAppender({ settings, clock, logger }: KafkaAppenderOptions): Promise<KafkaAppender> {
  const log = createKafkaLog(settings);
  const { partitions, leaderOf, refresh } = await openLeaders(log).catch((error: unknown) => {
    log.close();
    throw error;
  });
  const onFailure = () => void refresh().catch(() => undefined);
  const partitionOf = createPartitioning(partitions);
  const writer = createKafkaWriter({ settings, clock, logger, leaderOf, partitionOf, onFailure });
  return {
    append: (destinationId, records) => writer.append([{ records, queues: [{ destinationId }] }]),
    async close() {
      await writer.close();
      log.close();
    },
  };
}

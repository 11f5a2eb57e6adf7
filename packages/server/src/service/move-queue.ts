import type { Logger } from "@arbitex/core";
import type { AcceptedEvent, HandedOver, QueueStore } from "@arbitex/core/host";
import { handOverQueued, openDiskQueueStore, packEvents, sleep, systemClock, unpackEvents } from "@arbitex/core/host";
import type { KafkaQueueStore } from "@arbitex/queue-kafka";
import type { Database } from "../database/database.ts";
import { UsageError } from "../usage-error.ts";
import { openQueueOf } from "./kafka-queue.ts";
import type { KafkaTopic } from "./kafka-topic.ts";
import { loadKafkaPackage } from "./kafka-topic.ts";
import { leftoversOf } from "./queue-store.ts";

export interface MoveOptions {
  /** Folder of the disk queue. */
  readonly path: string;
  readonly topic: KafkaTopic;
  readonly logger: Logger;
  /** Ends the move after the events that are under way. */
  readonly signal: AbortSignal;
  readonly onMoved: (destinationId: string, events: number) => void;
}

/** Events of one destination that were moved. */
export interface Moved {
  readonly destinationId: string;
  readonly events: number;
  /** Events that a damaged disk did not return. */
  readonly unreadable: number;
}

const ALL_OWNED_MS = 60_000;
const LOOK_MS = 200;

/** Moves what is queued on disk to the cluster. An event leaves the disk once all in-sync replicas have it. */
export async function moveToKafka({ path, topic, logger, ...move }: MoveOptions): Promise<readonly Moved[]> {
  const { openKafkaAppender } = await loadKafkaPackage();
  const disk = await openDiskQueueStore({ path, clock: systemClock, logger });
  try {
    const kafka = await openKafkaAppender({ settings: topic.settings, clock: systemClock, logger });
    try {
      return await moveAll(disk, move, (id) => Promise.resolve((records) => kafka.append(id, records)));
    } finally {
      await kafka.close();
    }
  } finally {
    await disk.close();
  }
}

/** Moves what is queued on the cluster to the disk. An event leaves the cluster once it is synced. */
export async function moveToDisk(
  { path, topic, logger, ...move }: MoveOptions,
  database: Database,
): Promise<readonly Moved[]> {
  const disk = await openDiskQueueStore({ path, clock: systemClock, logger });
  try {
    const kafka = await openQueueOf(topic, database, logger);
    try {
      await ownAll(kafka, topic, move.signal);
      return await moveAll(kafka, move, async (id) => {
        const queue = await disk.open(id);
        // Copies, since each store gives an event a number of its own.
        return async (records) => disk.append([{ records: unpackEvents(packEvents(records)), queues: [queue] }]);
      });
    } finally {
      await kafka.close();
    }
  } finally {
    await disk.close();
  }
}

type Append = (records: readonly AcceptedEvent[]) => Promise<void>;

async function moveAll(
  from: QueueStore,
  { signal, onMoved }: Pick<MoveOptions, "signal" | "onMoved">,
  appendTo: (destinationId: string) => Promise<Append>,
): Promise<readonly Moved[]> {
  const moved: Moved[] = [];
  for (const { destinationId } of leftoversOf(from)) {
    if (signal.aborted) break;
    const append = await appendTo(destinationId);
    const { delivered, unreadable }: HandedOver = await handOverQueued({
      store: from,
      destinationId,
      isChosen: () => true,
      async handOver(records) {
        await append(records);
        onMoved(destinationId, records.length);
      },
      signal,
    });
    moved.push({ destinationId, events: delivered, unreadable });
  }
  return moved;
}

/** Resolves once this process owns every partition and has counted what is in it. */
async function ownAll(kafka: KafkaQueueStore, { state }: KafkaTopic, signal: AbortSignal): Promise<void> {
  const wanted = state?.partitions.length ?? 0;
  const endsAt = systemClock.elapsed() + ALL_OWNED_MS;
  while (!signal.aborted && (kafka.ownedPartitions().length < wanted || !(await kafka.isReadToEnd()))) {
    if (systemClock.elapsed() > endsAt) {
      const owned = kafka.ownedPartitions().length;
      throw new UsageError(
        `${owned} of ${wanted} partitions could be had within a minute. Stop all servers that use the topic, then move it again.`,
      );
    }
    await sleep(systemClock, LOOK_MS, signal);
  }
}

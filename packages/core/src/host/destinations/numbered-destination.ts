import type { WriteDeadLetters } from "../../delivery/pipeline/dead-letter-writer.ts";
import type { DestinationQueue } from "../../delivery/pipeline/destination-queue.ts";
import { untried } from "../../delivery/pipeline/sub-batch.ts";
import type { Queue } from "../../delivery/queue/queue-store.ts";
import { NumberedQueue } from "../../delivery/transmit/stream/numbered-queue.ts";
import type { Stream } from "../../delivery/transmit/stream/stream.ts";
import type { Destination } from "../config/destination.ts";
import type { CheckpointTimer } from "./checkpoint-timer.ts";
import { createCheckpointTimer } from "./checkpoint-timer.ts";
import type { DeadLetterMeans } from "./destination-dead-letters.ts";
import type { Outgoing } from "./outgoing.ts";
import { numberingOf } from "./streams.ts";

export interface NumberedDestination {
  readonly stream: Stream;
  /** Its events have their numbers when they are taken. */
  readonly queue: Queue;
  /** Undefined without checkpoints. */
  readonly timer: CheckpointTimer | undefined;
}

export interface NumberedDestinationOptions {
  readonly destination: Destination;
  readonly destinationQueue: DestinationQueue;
  readonly outgoing: Outgoing;
  readonly writeDeadLetters: WriteDeadLetters;
  readonly onReady: () => void;
}

/** Numbers what is taken from a destination's queue; undefined if its events are not numbered. */
export function numberedQueueOf(
  own: Queue,
  { destination, destinationQueue, outgoing, writeDeadLetters, onReady }: NumberedDestinationOptions,
  { parts, streams }: DeadLetterMeans,
): NumberedDestination | undefined {
  const stream = streams.of(destination);
  if (stream === undefined) return undefined;
  const { clock, queueStore: store } = parts;
  const { counts } = destinationQueue.account;
  const logger = parts.logger.child({ destination: destination.id });
  const queue = new NumberedQueue({
    queue: own,
    stream,
    select: outgoing.select,
    settings: numberingOf(destination, outgoing),
    clock,
    logger,
    onFiltered(count) {
      counts.filtered += count;
    },
    deadLetter: (failed, settle) =>
      writeDeadLetters(
        failed.map(({ record, reason }) => ({ record, stage: "encode", reason, history: untried })),
        settle,
      ),
    onReady,
  });
  const everyMs = destination.delivery?.integrity?.checkpointsMs;
  const timer =
    everyMs === undefined
      ? undefined
      : createCheckpointTimer({ stream, everyMs, queue: destinationQueue.queue, store, clock, logger });
  return { stream, queue, timer };
}

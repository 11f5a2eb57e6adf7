import { sleep } from "../../clock.ts";
import { watchAttempts } from "../../delivery/transmit/attempt-watch.ts";
import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import type { Attempt } from "./attempt-log.ts";
import { logAttempts } from "./attempt-log.ts";
import type { DestinationQueue } from "../../delivery/pipeline/destination-queue.ts";
import { OwnEvents } from "../../delivery/pipeline/own-events.ts";
import type { PipelineStatus } from "../../delivery/pipeline/pipeline-status.ts";
import { Pipeline } from "../../delivery/pipeline/pipeline.ts";
import type { DeadLetterMeans, DestinationDeadLetters } from "./destination-dead-letters.ts";
import { openDestinationDeadLetters } from "./destination-dead-letters.ts";
import type { Destination, DestinationStatus } from "../config/destination.ts";
import { numberedQueueOf } from "./numbered-destination.ts";
import { outgoingOf } from "./outgoing.ts";
import { selectOf } from "./streams.ts";
import { deliveryOf } from "../workers/open-transmitter.ts";
import { resolved } from "../connectors/resolved.ts";

/** One configuration of a destination with its pipeline. */
export interface LiveDestination extends DestinationDeadLetters {
  readonly destination: Destination;
  readonly pipeline: Pipeline;
  /** Starts taking from the queue. */
  start(): void;
  status(): DestinationStatus;
  /** Its last attempts, newest first. */
  attempts(): readonly Attempt[];
  /**
   * Ends its stream of numbered events, if it has one, with a last checkpoint. Call it once nothing more is queued. The
   * events before it have until `waitMs` to be settled, so that it can tell what became of them.
   */
  endStream(waitMs: number): Promise<void>;
  /** Closes connections and dead letters. */
  close(): Promise<void>;
}

/** Prepares a configuration for a destination's queue. The queue is untouched until `start`. */
export function prepareDestination(
  destination: Destination,
  destinationQueue: DestinationQueue,
  transmitter: Transmitter,
  means: DeadLetterMeans,
): LiveDestination {
  const { id, connector, config, orgId = null } = destination;
  const { clock, queueStore } = means.parts;
  const delivery = deliveryOf(destination, queueStore.durable);
  const { queue, account } = destinationQueue;
  const outgoing = outgoingOf(destination, means);
  const destinationDeadLetters = openDestinationDeadLetters(destination, { queue, account, outgoing }, means);
  const log = logAttempts(transmitter, config, clock);
  const attempts = watchAttempts(log.transmitter, clock);
  const logger = means.parts.logger.child({ destination: id });
  const onReady = () => {
    destinationQueue.ready();
    // A waiting caller may need this queue's batches.
    pipeline.appended();
  };
  const { writeDeadLetters, deadLetterRest, deadLetterTaken } = destinationDeadLetters;
  const own = orgId === null ? queue : new OwnEvents({ queue, orgId, writeDeadLetters, clock, logger, onReady });
  const numbering = numberedQueueOf(own, { destination, destinationQueue, outgoing, writeDeadLetters, onReady }, means);
  const pipeline: Pipeline = new Pipeline({
    transmitter: attempts.transmitter,
    delivery,
    select: selectOf(outgoing, numbering?.stream),
    observe: means.taps.observerOf(id, orgId, outgoing.shape),
    queue: numbering?.queue ?? own,
    account,
    writeDeadLetters,
    onCapacity: () => destinationQueue.capacityFreed(),
    clock,
    logger,
  });
  // An object that begins with a spread has a shape of its own, half a kilobyte for each destination.
  return {
    writeDeadLetters,
    deadLetterRest,
    deadLetterTaken,
    destination,
    pipeline,
    start() {
      destinationQueue.use(pipeline);
      pipeline.start();
      numbering?.timer?.start();
    },
    attempts: () => log.list(),
    async endStream(waitMs) {
      if (numbering?.timer === undefined) return;
      const waited = new AbortController();
      await Promise.race([pipeline.settled(), sleep(clock, Math.min(waitMs, SETTLE_MS), waited.signal)]);
      waited.abort();
      await numbering.timer.end();
    },
    status: () => ({
      id,
      type: connector.type,
      orgId,
      guarantee: resolved(connector.guarantee, config),
      ...withHungAttempt(pipeline.status(), attempts.oldestAgeMs(), clock.now()),
    }),
    async close() {
      numbering?.timer?.stop();
      await transmitter.close();
      await destinationDeadLetters.close();
    },
  };
}

/** Time for events before the last checkpoint of a stream. */
const SETTLE_MS = 5000;

/** An attempt older than this shows as degraded, long before its deadline. */
const HUNG_MS = 10_000;

/** A SIEM that takes a batch and does not answer has not failed yet, but is not healthy. */
function withHungAttempt(status: PipelineStatus, attemptAgeMs: number, now: number): PipelineStatus & AttemptAge {
  const isWell = status.health === "healthy" || status.health === "pending";
  if (!isWell || attemptAgeMs < HUNG_MS) return { ...status, attemptAgeMs };
  return {
    ...status,
    attemptAgeMs,
    health: "degraded",
    healthSince: now - attemptAgeMs + HUNG_MS,
    reason: `an attempt has had no answer for ${Math.floor(attemptAgeMs / 1000)} s`,
    fix: "See whether the SIEM is slow, or something on the way holds its answers back.",
  };
}

type AttemptAge = Pick<DestinationStatus, "attemptAgeMs">;

import type { CheckReport } from "../src/connector/check-report.ts";
import type { Batch } from "../src/connector/batch.ts";
import type { Limits, Sink } from "../src/connector/connector.ts";
import { ndjson } from "../src/connector/framing.ts";
import type { SendResult } from "../src/connector/send-result.ts";
import { createEventRecord } from "../src/delivery/intake/accept-event.ts";
import { createAccount } from "../src/delivery/pipeline/account.ts";
import { createDeadLetterWriter } from "../src/delivery/pipeline/dead-letter-writer.ts";
import { createFairTurns } from "../src/fair-turns.ts";
import { createBodyPool } from "../src/delivery/transmit/body-pool.ts";
import { createTransmitter } from "../src/delivery/transmit/transmitter.ts";
import type { DeadLetter, DeadLetters } from "../src/delivery/dead-letters/dead-letter.ts";
import { totalOf } from "../src/delivery/queue/delivery-counts.ts";
import type { DeliverySettings, EventFilter } from "../src/delivery/delivery-settings.ts";
import { defaultDelivery } from "../src/delivery/delivery-settings.ts";
import type { AcceptedEvent } from "../src/event/accepted-event.ts";
import { DestinationQueue } from "../src/delivery/pipeline/destination-queue.ts";
import { createSelect } from "../src/delivery/transmit/shape/select.ts";
import { deadLetterRest } from "../src/delivery/pipeline/leftover.ts";
import { createMemoryQueueStore } from "../src/delivery/queue/memory-queue-store.ts";
import { Pipeline } from "../src/delivery/pipeline/pipeline.ts";
import type { Queue } from "../src/delivery/queue/queue-store.ts";
import { silentLogger } from "../src/telemetry/logger.ts";
import type { FakeClock } from "./fake-clock.ts";
import { createFakeClock } from "./fake-clock.ts";

export interface BenchOptions {
  /** The verdict on each attempt, in turn; `accepted` once they are used up. */
  readonly answer?: (batch: Batch, attempt: number) => SendResult | Promise<SendResult>;
  readonly delivery?: Partial<DeliverySettings>;
  readonly filter?: EventFilter;
  readonly limits?: Limits;
  readonly durable?: boolean;
  readonly encode?: Sink["encode"];
  readonly partitionKey?: NonNullable<Sink["partitionKey"]>;
  readonly check?: () => Promise<CheckReport>;
  readonly random?: () => number;
  readonly writeDeadLetters?: () => Promise<void>;
  /** Whether a transmitter breaks its contract and throws. */
  readonly breakOff?: () => boolean;
}

/** A pipeline on a bench: a sink that answers as it is told, a clock that stands still, dead letters in a list. */
export interface PipelineBench {
  readonly pipeline: Pipeline;
  readonly destinationQueue: DestinationQueue;
  readonly queue: Queue;
  readonly clock: FakeClock;
  /** Every batch that was sent, by the ids of its events. */
  readonly sent: string[][];
  readonly sentAt: number[];
  readonly bodies: string[];
  readonly deadLetters: DeadLetter[];
  publish(...records: AcceptedEvent[]): void;
  /** As a host stops it: what a queue that is not durable has left is dead-lettered. */
  stop(deadlineMs: number): Promise<void>;
  /** The account; throws when it does not add up. */
  account(): { accepted: number; delivered: number; deadLettered: number; filtered: number; queued: number };
}

export function createPipelineBench(options: BenchOptions = {}): PipelineBench {
  const clock = createFakeClock(undefined, options.random);
  const store = createMemoryQueueStore();
  const queue = store.open("test");
  if (queue instanceof Promise) throw new TypeError("the memory store opens at once");
  const sent: string[][] = [];
  const sentAt: number[] = [];
  const bodies: string[] = [];
  const deadLetters: DeadLetter[] = [];
  const account = createAccount(queue);
  const destinationQueue = new DestinationQueue({ destinationId: "test", queue, account });
  const recorder: DeadLetters = {
    async append(more) {
      await options.writeDeadLetters?.();
      deadLetters.push(...more);
    },
    async close() {},
  };
  const identity = { destinationId: "test", type: "test", logger: silentLogger };
  const writeDeadLetters = createDeadLetterWriter({
    ...identity,
    deadLetters: recorder,
    counts: account.counts,
    keep: undefined,
    clock,
  });
  const transmitter = createTransmitter({
    turns: createFairTurns({ elapsed: () => 0, nextTurn: setImmediate }),
    owner: "org-1",
    sink: {
      encode: options.encode ?? ((record) => record.json),
      async send(batch) {
        sent.push(batch.records.map(({ id }) => id));
        sentAt.push(clock.now());
        bodies.push(batch.body.toString());
        return (await options.answer?.(batch, sent.length)) ?? { kind: "accepted" };
      },
      ...(options.partitionKey && { partitionKey: options.partitionKey }),
      ...(options.check && { check: options.check }),
    },
    type: "test",
    framing: ndjson,
    limits: options.limits ?? { maxBatchBytes: 1_000_000 },
    pool: createBodyPool(),
    compress: undefined,
  });
  const pipeline = new Pipeline({
    transmitter: {
      ...transmitter,
      transmit(load, signal) {
        if (options.breakOff?.() === true) throw new Error("inside");
        return transmitter.transmit(load, signal);
      },
    },
    delivery: { ...defaultDelivery, ...options.delivery },
    select: createSelect(options.filter ?? {}),
    queue,
    account,
    writeDeadLetters,
    onCapacity: () => destinationQueue.capacityFreed(),
    clock,
    logger: silentLogger,
  });
  destinationQueue.use(pipeline);
  return {
    pipeline,
    destinationQueue,
    queue,
    clock,
    sent,
    sentAt,
    bodies,
    deadLetters,
    publish(...records) {
      void store.append([{ records, queues: [queue] }]);
    },
    async stop(deadlineMs) {
      await pipeline.drain(deadlineMs);
      const select = createSelect(options.filter ?? {});
      if (options.durable !== true)
        await deadLetterRest({ queue, account, select, writeDeadLetters, stage: "send", reason: "shutdown" });
    },
    account() {
      const { counts, queued } = pipeline.status();
      const { accepted, delivered, filtered } = counts;
      const deadLettered = totalOf(counts.deadLettered);
      if (accepted !== delivered + deadLettered + queued + filtered) {
        throw new Error(`${accepted} accepted, but ${delivered} + ${deadLettered} + ${queued} + ${filtered}`);
      }
      return { accepted, delivered, deadLettered, filtered, queued };
    },
  };
}

/** Records named `e0`, `e1`, … accepted when the clock says so. */
export function recordsOf(clock: FakeClock, count: number, fields: object = {}): AcceptedEvent[] {
  return Array.from({ length: count }, (_, index) =>
    createEventRecord(
      { class_uid: 6003, time: clock.now(), severity_id: 1, metadata: { uid: `e${index}` }, ...fields },
      clock.now(),
    ),
  );
}

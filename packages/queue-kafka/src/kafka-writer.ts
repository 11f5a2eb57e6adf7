import { SiemError } from "@arbitex/core";
import type { AcceptedEvent } from "@arbitex/core/host";
import type { BrokerWriterOptions } from "./broker-writer.ts";
import { BrokerWriter, bytesOf, MOST_BYTES_OF_PARTITION } from "./broker-writer.ts";
import { errorText } from "./error-text.ts";

export interface KafkaWriterOptions extends BrokerWriterOptions {
  readonly partitionOf: (orgId: string | null) => number;
  /** Returns the broker that leads a partition, as far as is known. */
  readonly leaderOf: (partition: number) => number;
}

/** Events for queues that know their destination's id. */
export interface KafkaWriteBatch {
  readonly records: readonly AcceptedEvent[];
  readonly queues: readonly object[];
}

/** Writes events to the topic, packed. */
export interface KafkaWriter {
  /** Resolves once every in-sync replica has the events. Rejects with `SIEM_QUEUE_WRITE`. */
  append(writeBatches: readonly KafkaWriteBatch[]): Promise<void>;
  close(): Promise<void>;
}

/** Above it, further events are refused: the cluster is slower than what comes in. */
const MOST_BYTES_UNDER_WAY = 64 * 1024 * 1024;

export function createKafkaWriter(options: KafkaWriterOptions): KafkaWriter {
  const { partitionOf, leaderOf } = options;
  /** One a broker, so that a broker that does not answer holds up only what it leads. */
  const writers = new Map<number, BrokerWriter>();
  let bytesUnderWay = 0;
  let isClosed = false;

  function writerOf(leader: number): BrokerWriter {
    let writer = writers.get(leader);
    if (writer === undefined) {
      writer = new BrokerWriter(options);
      writers.set(leader, writer);
    }
    return writer;
  }

  return {
    async append(writeBatches) {
      if (isClosed) throw new SiemError("SIEM_HOST_STOPPED", "The queue is closed and takes no more events.");
      if (bytesUnderWay > MOST_BYTES_UNDER_WAY) {
        throw new SiemError("SIEM_QUEUE_WRITE", "The Kafka cluster takes events too slowly; try again later.");
      }
      const written: Promise<void>[] = [];
      let bytes = 0;
      for (const { records, queues } of writeBatches) {
        const destinationIds = queues.map(destinationIdOf);
        for (const [partition, part] of byPartition(records, partitionOf)) {
          for (const chunk of chunksOf(part)) {
            bytes += bytesOf(chunk);
            written.push(writerOf(leaderOf(partition)).add({ partition, destinationIds, records: chunk }));
          }
        }
      }
      bytesUnderWay += bytes;
      try {
        await Promise.all(written);
      } catch (error) {
        throw new SiemError("SIEM_QUEUE_WRITE", `Kafka did not take the events: ${errorText(error)}.`, {
          cause: error,
        });
      } finally {
        bytesUnderWay -= bytes;
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([...writers.values()].map((writer) => writer.close()));
    },
  };
}

function byPartition(records: readonly AcceptedEvent[], partitionOf: KafkaWriterOptions["partitionOf"]) {
  const parts = new Map<number, AcceptedEvent[]>();
  for (const record of records) {
    const partition = partitionOf(record.orgId);
    const part = parts.get(partition);
    if (part === undefined) parts.set(partition, [record]);
    else part.push(record);
  }
  return parts;
}

function chunksOf(records: readonly AcceptedEvent[]): readonly (readonly AcceptedEvent[])[] {
  const chunks: AcceptedEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    bytes += record.bytes;
    if (bytes > MOST_BYTES_OF_PARTITION) {
      chunks.push([]);
      bytes = record.bytes;
    }
    chunks.at(-1)?.push(record);
  }
  return chunks;
}

function destinationIdOf(queue: object): string {
  if ("destinationId" in queue && typeof queue.destinationId === "string") return queue.destinationId;
  throw new TypeError("a queue of another store");
}

import { Consumer, ResponseError } from "@platformatic/kafka";
import type { KafkaSettings } from "./settings.ts";
import { clientOptions } from "./settings.ts";
import { within } from "./within.ts";

type FetchResponse = Awaited<ReturnType<Consumer["fetch"]>>;

/** Where to read on in a partition. */
export interface ReadPoint {
  readonly partition: number;
  readonly offset: number;
}

/** What a read of a partition gave. */
export type ReadPart =
  | {
      readonly kind: "messages";
      readonly partition: number;
      readonly messages: readonly LogMessage[];
      /** Offset to read on from. */
      readonly nextOffset: number;
    }
  /** The cluster has deleted what was asked for. */
  | { readonly kind: "trimmed"; readonly partition: number }
  /** Another broker leads the partition now, or none. */
  | { readonly kind: "elsewhere"; readonly partition: number };

export interface LogMessage {
  readonly offset: number;
  readonly value: Buffer;
}

/** Reads the topic. Every call has a deadline. */
export interface KafkaLog {
  /** Returns the leader of each partition; -1 for one without. */
  leaders(): Promise<readonly number[]>;
  /** Reads from partitions that one broker leads. Waits at most `maxWaitMs` for something to read. */
  read(leader: number, points: readonly ReadPoint[], maxBytes: number): Promise<readonly ReadPart[]>;
  /** Returns the offset of the oldest message that the cluster still has. */
  earliest(partition: number): Promise<number>;
  /** Returns the offset that the next message will have. */
  end(partition: number): Promise<number>;
  /** Returns the offset of the first message from a time on, in milliseconds since the epoch; undefined if there is none. */
  since(partition: number, time: number): Promise<number | undefined>;
  close(): void;
}

const OFFSET_OUT_OF_RANGE = 1;
const IS_CONTROL = 32;
const EARLIEST = -2n;
const LATEST = -1n;
const METADATA_MS = 4000;
const READ_MS = 6000;
const MAX_WAIT_MS = 250;
const METADATA_AGE_MS = 5000;

export function createKafkaLog(settings: KafkaSettings): KafkaLog {
  const { topic, group } = settings;
  let client = newClient();

  function newClient() {
    const consumer = new Consumer({
      ...clientOptions(settings),
      groupId: group,
      maxWaitTime: MAX_WAIT_MS,
      metadataMaxAge: METADATA_AGE_MS,
    });
    consumer.on("error", () => undefined);
    consumer.topics.track(topic);
    return consumer;
  }

  /** A client with a call that hangs is of no more use. */
  async function call<Result>(ms: number, what: string, make: (consumer: typeof client) => Promise<Result>) {
    const used = client;
    try {
      return await within(ms, what, make(used));
    } catch (error) {
      if (used === client && !(error instanceof ResponseError)) {
        client = newClient();
        used.close(true).catch(() => undefined);
      }
      throw error;
    }
  }

  async function topicMetadata() {
    const { topics } = await call(METADATA_MS, "the topic's metadata", (consumer) =>
      consumer.metadata({ topics: [topic] }),
    );
    const found = topics.get(topic);
    if (found === undefined) throw new Error(`the cluster has no topic "${topic}"`);
    return found;
  }

  async function offsetAt(partition: number, timestamp: bigint): Promise<number> {
    const found = await call(METADATA_MS, "an offset", (consumer) =>
      consumer.listOffsets({ topics: [topic], partitions: { [topic]: [partition] }, timestamp }),
    );
    const offset = found.get(topic)?.[partition];
    if (offset === undefined) throw new Error(`the cluster did not tell an offset of partition ${partition}`);
    return Number(offset);
  }

  return {
    async leaders() {
      client.clearMetadata();
      return (await topicMetadata()).partitions.map(({ leader }) => leader);
    },
    async read(leader, points, maxBytes) {
      const { id: topicId } = await topicMetadata();
      const partitions = points.map(({ partition, offset }) => ({
        partition,
        currentLeaderEpoch: -1,
        fetchOffset: BigInt(offset),
        lastFetchedEpoch: -1,
        partitionMaxBytes: maxBytes,
      }));
      const topics = [{ topicId, partitions }];
      try {
        const answer = await call(READ_MS, "a read", (consumer) => consumer.fetch({ node: leader, topics, maxBytes }));
        return partsOf(answer, points);
      } catch (error) {
        const answer = error instanceof ResponseError ? responseOf(error) : undefined;
        if (answer === undefined) throw error;
        return partsOf(answer, points);
      }
    },
    earliest: (partition) => offsetAt(partition, EARLIEST),
    end: (partition) => offsetAt(partition, LATEST),
    async since(partition, time) {
      const offset = await offsetAt(partition, BigInt(Math.floor(time)));
      return offset < 0 ? undefined : offset;
    },
    close() {
      client.close(true).catch(() => undefined);
    },
  };
}

/** The answer that an error carries: some partitions failed, the others have their messages in it. */
function responseOf({ response }: ResponseError & { readonly response?: unknown }): FetchResponse | undefined {
  return isFetchResponse(response) ? response : undefined;
}

function isFetchResponse(response: unknown): response is FetchResponse {
  return typeof response === "object" && response !== null && "responses" in response && "sessionId" in response;
}

function partsOf({ responses }: FetchResponse, points: readonly ReadPoint[]): readonly ReadPart[] {
  const asked = new Map(points.map((point) => [point.partition, point]));
  return responses
    .flatMap(({ partitions }) => partitions)
    .flatMap(({ partitionIndex: partition, errorCode, records }): readonly ReadPart[] => {
      const point = asked.get(partition);
      if (point === undefined) return [];
      if (errorCode === OFFSET_OUT_OF_RANGE) return [{ kind: "trimmed", partition }];
      if (errorCode !== 0) return [{ kind: "elsewhere", partition }];
      const messages: LogMessage[] = [];
      let nextOffset = point.offset;
      for (const batch of records ?? []) {
        const first = Number(batch.firstOffset);
        nextOffset = Math.max(nextOffset, first + batch.lastOffsetDelta + 1);
        if ((batch.attributes & IS_CONTROL) !== 0) continue;
        for (const { offsetDelta, value } of batch.records) {
          const offset = first + offsetDelta;
          // A batch may begin before the offset that was asked for.
          if (offset >= point.offset && value !== null) messages.push({ offset, value });
        }
      }
      return [{ kind: "messages", partition, messages, nextOffset }];
    });
}

import { Admin, ConfigResourceTypes } from "@platformatic/kafka";
import { errorText } from "./error-text.ts";
import type { KafkaSettings } from "./settings.ts";
import { clientOptions } from "./settings.ts";
import { within } from "./within.ts";

/** What the cluster says of the topic. */
export interface TopicState {
  /** Changes when the topic is deleted and created again. */
  readonly id: string;
  readonly partitions: readonly PartitionState[];
  readonly settings: ReadonlyMap<string, string>;
}

export interface PartitionState {
  /** -1 where no broker leads it. */
  readonly leader: number;
  readonly replicas: number;
  readonly inSync: number;
}

const ADMIN_MS = 10_000;

/** Asks the cluster. Resolves to undefined if there is no such topic; rejects if the cluster does not answer. */
export async function readTopicState(settings: KafkaSettings): Promise<TopicState | undefined> {
  const { topic } = settings;
  const admin = new Admin({ ...clientOptions(settings), retries: 2 });
  admin.on("error", () => undefined);
  try {
    const names = await within(ADMIN_MS, "the list of topics", admin.listTopics({}));
    if (!names.includes(topic)) return undefined;
    const metadata = await within(ADMIN_MS, "the topic's metadata", admin.metadata({ topics: [topic] }));
    const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: null }];
    const described = await within(ADMIN_MS, "the topic's settings", admin.describeConfigs({ resources }));
    const found = metadata.topics.get(topic);
    if (found === undefined) return undefined;
    return {
      id: found.id,
      partitions: partitionsOf(found.partitions),
      settings: new Map(described.flatMap(({ configs }) => configs.map(({ name, value }) => [name, value ?? ""]))),
    };
  } catch (error) {
    // The client's own message says what failed, and only its causes say why.
    throw new Error(errorText(error), { cause: error });
  } finally {
    admin.close().catch(() => undefined);
  }
}

interface Partition {
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export function partitionsOf(partitions: readonly Partition[]): readonly PartitionState[] {
  return partitions.map(({ leader, replicas, isr }) => ({ leader, replicas: replicas.length, inSync: isr.length }));
}

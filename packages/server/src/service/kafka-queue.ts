import type { Logger } from "@arbitex/core";
import { SiemError } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import type { KafkaQueueStore, TopicProblem } from "@arbitex/queue-kafka";
import type { Deployment } from "../config/deployment.ts";
import type { Database } from "../database/database.ts";
import { createQueueCursors } from "../database/queue-cursors.ts";
import type { KafkaTopic } from "./kafka-topic.ts";
import { loadKafkaPackage, readKafkaTopic } from "./kafka-topic.ts";

/**
 * Opens the queues on a Kafka cluster. Throws `SIEM_QUEUE_TOPIC` for a topic in which events could be lost, with the
 * command that repairs it.
 */
export async function openKafkaQueue(
  deployment: Pick<Deployment, "settings" | "destinations">,
  database: Database,
  logger: Logger,
): Promise<SharedQueue> {
  const { topic } = deployment.settings.kafka;
  const found = await readKafkaTopic(deployment);
  const { problems } = found;
  const fatal = problems.filter(({ isFatal }) => isFatal);
  if (fatal.length > 0) throw new SiemError("SIEM_QUEUE_TOPIC", unfit(topic, fatal));
  for (const { message, fix } of problems) logger.warn({ topic, fix }, message);
  return { queueStore: await openQueueOf(found, database, logger), topic: cursorsOf(found) };
}

/** A queue that servers share, and the name of its topic in the database. */
export interface SharedQueue {
  readonly queueStore: KafkaQueueStore;
  readonly topic: string;
}

/** Opens the queues of a topic, whatever is weak about it. */
export async function openQueueOf(
  { settings, state }: Pick<KafkaTopic, "settings" | "state">,
  database: Database,
  logger: Logger,
): Promise<KafkaQueueStore> {
  const cursors = createQueueCursors(database, cursorsOf({ settings, state }));
  const { openKafkaQueueStore } = await loadKafkaPackage();
  return openKafkaQueueStore({ settings, cursors, clock: systemClock, logger });
}

/** Offsets say nothing about a topic that was deleted and created again. */
function cursorsOf({ settings, state }: Pick<KafkaTopic, "settings" | "state">): string {
  return `${settings.topic}@${state?.id ?? ""}`;
}

function unfit(topic: string, problems: readonly TopicProblem[]): string {
  const lines = problems.map(({ message, fix }) => `  ${message}\n    ${fix}`);
  return `The topic "${topic}" is not fit for audit events:\n${lines.join("\n")}`;
}

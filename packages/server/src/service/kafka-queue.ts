import type { Logger } from "@arbitex/core";
import { SiemError } from "@arbitex/core";
import type { QueueStore } from "@arbitex/core/host";
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
): Promise<QueueStore> {
  const { topic } = deployment.settings.kafka;
  const found = await readKafkaTopic(deployment);
  const { problems } = found;
  const fatal = problems.filter(({ isFatal }) => isFatal);
  if (fatal.length > 0) throw new SiemError("SIEM_QUEUE_TOPIC", unfit(topic, fatal));
  for (const { message, fix } of problems) logger.warn({ topic, fix }, message);
  return openQueueOf(found, database, logger);
}

/** Opens the queues of a topic, whatever is weak about it. */
export async function openQueueOf(
  { settings, state }: KafkaTopic,
  database: Database,
  logger: Logger,
): Promise<KafkaQueueStore> {
  // Offsets say nothing about a topic that was deleted and created again.
  const cursors = createQueueCursors(database, `${settings.topic}@${state?.id ?? ""}`);
  const { openKafkaQueueStore } = await loadKafkaPackage();
  return openKafkaQueueStore({ settings, cursors, clock: systemClock, logger });
}

function unfit(topic: string, problems: readonly TopicProblem[]): string {
  const lines = problems.map(({ message, fix }) => `  ${message}\n    ${fix}`);
  return `The topic "${topic}" is not fit for audit events:\n${lines.join("\n")}`;
}

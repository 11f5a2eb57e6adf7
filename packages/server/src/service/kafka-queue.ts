import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Logger } from "@arbitex/core";
import { SiemError } from "@arbitex/core";
import type { QueueStore } from "@arbitex/core/host";
import { defaultDelivery, systemClock } from "@arbitex/core/host";
import type { KafkaSettings as ClientSettings, TopicProblem } from "@arbitex/queue-kafka";
import type { Deployment } from "../config/deployment.ts";
import type { KafkaSettings } from "../config/kafka-settings.ts";
import type { Database } from "../database/database.ts";
import { createQueueCursors } from "../database/queue-cursors.ts";
import { messageOf } from "../message-of.ts";

/**
 * Opens the queues on a Kafka cluster. Throws `SIEM_QUEUE_TOPIC` for a topic in which events could be lost, with the
 * command that repairs it.
 */
export async function openKafkaQueue(
  { settings: { kafka, intakeLimits }, destinations }: Pick<Deployment, "settings" | "destinations">,
  database: Database,
  logger: Logger,
): Promise<QueueStore> {
  const { openKafkaQueueStore, readTopicState, topicProblems } = await loadPackage();
  const settings = await clientSettings(kafka);
  const needs = {
    topic: kafka.topic,
    brokers: kafka.brokers,
    holdForMs: Math.max(defaultDelivery.holdForMs, ...destinations.map(({ delivery }) => delivery?.holdForMs ?? 0)),
    maxEventBytes: intakeLimits.maxEventBytes,
  };
  const state = await readTopicState(settings).catch((error: unknown) => {
    const where = kafka.brokers.join(", ");
    const message = `The Kafka cluster at ${where} cannot be used: ${messageOf(error)}. See "queue" in the configuration.`;
    throw new SiemError("SIEM_QUEUE_WRITE", message, { cause: error });
  });
  const problems = topicProblems(state, needs);
  const fatal = problems.filter(({ isFatal }) => isFatal);
  if (fatal.length > 0) throw new SiemError("SIEM_QUEUE_TOPIC", unfit(kafka.topic, fatal));
  for (const { message, fix } of problems) logger.warn({ topic: kafka.topic, fix }, message);
  // Offsets say nothing about a topic that was deleted and created again.
  const cursors = createQueueCursors(database, `${kafka.topic}@${state?.id ?? ""}`);
  return openKafkaQueueStore({ settings, cursors, clock: systemClock, logger });
}

async function loadPackage() {
  try {
    return await import("@arbitex/queue-kafka");
  } catch (error) {
    const message = `A queue on Kafka needs the package @arbitex/queue-kafka: npm install @arbitex/queue-kafka (${messageOf(error)}).`;
    throw new SiemError("SIEM_QUEUE_PACKAGE", message, { cause: error });
  }
}

async function clientSettings({ brokers, topic, group, tls, sasl }: KafkaSettings): Promise<ClientSettings> {
  return {
    brokers,
    topic,
    group,
    node: `${hostname()}-${process.pid}`,
    tls: tls && { ca: await textOf(tls.ca), cert: await textOf(tls.cert), key: await textOf(tls.key) },
    sasl: sasl && { ...sasl, password: sasl.password.reveal() },
  };
}

async function textOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new SiemError("SIEM_TLS_FILE", `${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

function unfit(topic: string, problems: readonly TopicProblem[]): string {
  const lines = problems.map(({ message, fix }) => `  ${message}\n    ${fix}`);
  return `The topic "${topic}" is not fit for audit events:\n${lines.join("\n")}`;
}

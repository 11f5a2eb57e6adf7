import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { SiemError } from "@arbitex/core";
import { defaultDelivery } from "@arbitex/core/host";
import type { KafkaSettings as ClientSettings, TopicProblem, TopicState } from "@arbitex/queue-kafka";
import type { Deployment } from "../config/deployment.ts";
import type { KafkaSettings } from "../config/kafka-settings.ts";
import { messageOf } from "../message-of.ts";

/** The configured topic, as the cluster has it. */
export interface KafkaTopic {
  readonly settings: ClientSettings;
  /** Undefined where there is no such topic. */
  readonly state: TopicState | undefined;
  readonly problems: readonly TopicProblem[];
}

/**
 * Asks the cluster for the topic, and tells what is too weak about it. Throws `SIEM_QUEUE_WRITE` where the cluster cannot
 * be used, and `SIEM_QUEUE_PACKAGE` where the package is not installed.
 */
export async function readKafkaTopic({
  settings: { kafka, intakeLimits },
  destinations,
}: Pick<Deployment, "settings" | "destinations">): Promise<KafkaTopic> {
  const { readTopicState, topicProblems } = await loadKafkaPackage();
  const settings = await clientSettings(kafka);
  const state = await readTopicState(settings).catch((error: unknown) => {
    const where = kafka.brokers.join(", ");
    const message = `The Kafka cluster at ${where} cannot be used: ${messageOf(error)}. See "queue" in the configuration.`;
    throw new SiemError("SIEM_QUEUE_WRITE", message, { cause: error });
  });
  const needs = {
    topic: kafka.topic,
    brokers: kafka.brokers,
    holdForMs: Math.max(defaultDelivery.holdForMs, ...destinations.map(({ delivery }) => delivery?.holdForMs ?? 0)),
    maxEventBytes: intakeLimits.maxEventBytes,
  };
  return { settings, state, problems: topicProblems(state, needs) };
}

export async function loadKafkaPackage() {
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

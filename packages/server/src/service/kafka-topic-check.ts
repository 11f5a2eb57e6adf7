import { SiemError } from "@arbitex/core";
import type { ConfigProblem } from "@arbitex/core/host";
import type { TopicProblem } from "@arbitex/queue-kafka";
import type { Deployment } from "../config/deployment.ts";
import { readKafkaTopic } from "./kafka-topic.ts";

/** What a server would say of the topic at its start. */
export interface TopicCheck {
  /** Why it would not start. */
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** Asks the cluster for the topic, where the configuration has a queue on Kafka. */
export async function checkKafkaTopic(deployment: Pick<Deployment, "settings" | "destinations">): Promise<TopicCheck> {
  const { queue, kafka } = deployment.settings;
  if (queue.store !== "kafka") return { problems: [], warnings: [] };
  const asProblem = ({ message, fix }: TopicProblem): ConfigProblem => {
    return { path: `topic ${kafka.topic}`, message, fix: "Change the topic with this command.", example: fix };
  };
  try {
    const { problems } = await readKafkaTopic(deployment);
    return {
      problems: problems.filter(({ isFatal }) => isFatal).map(asProblem),
      warnings: problems.filter(({ isFatal }) => !isFatal).map(asProblem),
    };
  } catch (error) {
    if (!(error instanceof SiemError)) throw error;
    return { problems: [{ path: "queue.store kafka", message: error.message }], warnings: [] };
  }
}

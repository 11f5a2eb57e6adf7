import type { ConfigProblem } from "@arbitex/core/host";
import type { HostSettings } from "../config/deployment.ts";

/** Problems that prevent a queue on Kafka, before anything is connected to. */
export function kafkaProblems(
  { queue, kafka, database }: Pick<HostSettings, "queue" | "kafka" | "database">,
  nodeVersion: string,
): readonly ConfigProblem[] {
  if (queue.store !== "kafka") return [];
  const problems: ConfigProblem[] = [];
  if (!isNodeNewEnough(nodeVersion)) {
    const message = `needs Node 22.22 or later, or 24.6 or later; this is Node ${nodeVersion}.`;
    problems.push({
      path: "queue.store kafka",
      message,
      fix: "Run the server with Node 24, or keep its queues on disk.",
    });
  }
  if (kafka.brokers.length === 0) {
    const message = "are not named, and the queue is to be on Kafka.";
    const fix = "Set SIEM_KAFKA_BROKERS, or queue.brokers in the file.";
    problems.push({
      path: "SIEM_KAFKA_BROKERS",
      message,
      fix,
      example: "SIEM_KAFKA_BROKERS=kafka-1:9092,kafka-2:9092",
    });
  }
  const problem = databaseProblem({ database });
  return problem === undefined ? problems : [...problems, problem];
}

/** Why servers on Kafka cannot share what they record. */
export function databaseProblem({ database }: Pick<HostSettings, "database">): ConfigProblem | undefined {
  if (database.url !== undefined) return undefined;
  const message = "is not set: servers that share a Kafka topic record in PostgreSQL what they have delivered.";
  return { path: "DATABASE_URL", message, fix: "Set it to the same database on every server." };
}

function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === 22) return minor >= 22;
  return major > 24 || (major === 24 && minor >= 6);
}

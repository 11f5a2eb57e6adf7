import type { Logger } from "@arbitex/core";
import type { Leftover, QueueStore } from "@arbitex/core/host";
import type { Deployment, QueueSettings } from "../config/deployment.ts";
import type { Database } from "../database/database.ts";
import type { SharedQueue } from "./kafka-queue.ts";
import { UsageError } from "../usage-error.ts";
import { createMemoryQueueStore, describeProblem, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { kafkaProblems } from "./kafka-problems.ts";

/** Opens the queue store of this machine that the settings name, or the command's default. */
export async function openQueueStore(
  { store, path }: QueueSettings,
  usual: "memory" | "disk",
  logger: Logger,
): Promise<QueueStore> {
  // Events of a file are not put on Kafka: they are in the file until they are delivered.
  const chosen = store === undefined || store === "kafka" ? usual : store;
  return chosen === "disk" ? openDiskQueueStore({ path, clock: systemClock, logger }) : createMemoryQueueStore();
}

/** The queue store of a server. */
export interface ServerQueue {
  readonly queueStore: QueueStore;
  /** Undefined where no other server has the queue. */
  readonly shared: SharedQueue | undefined;
}

/** Opens the queue store of a server. */
export async function openServerQueue(
  deployment: Deployment,
  database: Database | undefined,
  logger: Logger,
): Promise<ServerQueue> {
  const { settings } = deployment;
  if (settings.queue.store !== "kafka") {
    return { queueStore: await openQueueStore(settings.queue, "disk", logger), shared: undefined };
  }
  const [problem] = kafkaProblems(settings, process.versions.node);
  if (problem !== undefined || database === undefined) {
    throw new UsageError(describeProblem(problem ?? { path: "DATABASE_URL", message: "is not set." }));
  }
  const { openKafkaQueue } = await import("./kafka-queue.ts");
  const shared = await openKafkaQueue(deployment, database, logger);
  return { queueStore: shared.queueStore, shared };
}

/** Queues that no open destination owns. */
export function leftoversOf(store: QueueStore): readonly Leftover[] {
  return "leftovers" in store && typeof store.leftovers === "function" ? store.leftovers() : [];
}

import type { Logger } from "@arbitex/core";
import type { Leftover, QueueStore } from "@arbitex/core/host";
import type { QueueSettings } from "../config/deployment.ts";
import { createMemoryQueueStore, openDiskQueueStore, systemClock } from "@arbitex/core/host";

/** Opens the queue store of the settings, or the command's default. */
export async function openQueueStore(
  { store, path }: QueueSettings,
  usual: "memory" | "disk",
  logger: Logger,
): Promise<QueueStore> {
  return (store ?? usual) === "disk"
    ? openDiskQueueStore({ path, clock: systemClock, logger })
    : createMemoryQueueStore();
}

/** Queues that no open destination owns. */
export function leftoversOf(store: QueueStore): readonly Leftover[] {
  return "leftovers" in store && typeof store.leftovers === "function" ? store.leftovers() : [];
}

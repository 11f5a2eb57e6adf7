import type { Logger } from "@arbitex/core";
import type { Leftover, QueueStore } from "@arbitex/core/host";
import type { QueueSettings } from "../config/deployment.ts";
import { createMemoryQueueStore, openDiskQueueStore, systemClock } from "@arbitex/core/host";

/** The queue store that the settings name, or the command's usual one. */
export async function openQueueStore(
  { store, path }: QueueSettings,
  usual: "memory" | "disk",
  logger: Logger,
): Promise<QueueStore> {
  return (store ?? usual) === "disk"
    ? openDiskQueueStore({ path, clock: systemClock, logger })
    : createMemoryQueueStore();
}

/** What waits for destinations that nobody opened. */
export function leftoversOf(store: QueueStore): readonly Leftover[] {
  return "leftovers" in store && typeof store.leftovers === "function" ? store.leftovers() : [];
}

import { join } from "node:path";
import type { QueueStoreName } from "../schedule/schedule.ts";

/** Host-wide settings of a run: all that it leaves behind is in its folder. */
export function serverEnvironment(
  folder: string,
  { store, workers }: { readonly store: QueueStoreName; readonly workers: number },
  proxyUrl: string | undefined,
): Readonly<Record<string, string>> {
  return {
    SIEM_QUEUE: store,
    SIEM_WORKERS: String(workers),
    ...(store === "disk" && { SIEM_QUEUE_PATH: queueFolder(folder) }),
    SIEM_DEAD_LETTER_PATH: deadLetterFolder(folder),
    LOG_LEVEL: "info",
    ...(proxyUrl !== undefined && { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl }),
  };
}

export function queueFolder(folder: string): string {
  return join(folder, "queue");
}

export function deadLetterFolder(folder: string): string {
  return join(folder, "dead-letters");
}

import { join } from "node:path";
import type { QueueStoreName } from "../schedule/schedule.ts";

/** Host-wide settings of a run: all that it leaves behind is in its folder. */
export function serverEnvironment(folder: string, store: QueueStoreName): Readonly<Record<string, string>> {
  return {
    SIEM_QUEUE: store,
    ...(store === "disk" && { SIEM_QUEUE_PATH: join(folder, "queue") }),
    SIEM_DEAD_LETTER_PATH: letterFolder(folder),
    LOG_LEVEL: "info",
  };
}

export function letterFolder(folder: string): string {
  return join(folder, "dead-letters");
}

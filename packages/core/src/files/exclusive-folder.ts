import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { SiemError } from "../errors.ts";
import type { FileLock } from "./file-lock.ts";
import { lockFile } from "./file-lock.ts";

/** A folder that only this process may write to. */
export type ExclusiveFolder = Pick<FileLock, "isFresh" | "confirm" | "release">;

const LOCK_NAME = "lock";

/**
 * Locks a folder for this process, for a connector that writes files. Creates the folder for its owner only, with a
 * file `lock` in it. Throws `SIEM_FOLDER_LOCKED` while another live process, or another destination of this one, holds
 * it; a dead process does not keep it. A process that was suspended for more than 5 s may have lost the lock: call
 * `confirm` after a write, before reporting success.
 *
 * @example
 * ```ts
 * import { appendFile } from "node:fs/promises";
 * import { lockFolder } from "@arbitex/core";
 *
 * const folder = await lockFolder("/var/lib/acme/.lock");
 * await appendFile("/var/lib/acme/events.jsonl", "{}\n");
 * await folder.confirm();
 * ```
 */
export async function lockFolder(folder: string): Promise<ExclusiveFolder> {
  return lockFile({
    path: join(folder, LOCK_NAME),
    clock: systemClock,
    inUse: (path, holder) => locked(path, `is in use by ${holder}`),
    isOurs: () => true,
    lost: (path) => locked(path, "was taken over by another process while this one stood still"),
  });
}

function locked(path: string, what: string): SiemError {
  const fix = "Give each destination a folder of its own, or stop the other process.";
  return new SiemError("SIEM_FOLDER_LOCKED", `The lock ${path} ${what}. ${fix}`);
}

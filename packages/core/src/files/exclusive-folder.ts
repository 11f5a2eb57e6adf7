import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { SiemError } from "../errors.ts";
import type { FileLock } from "./file-lock.ts";
import { lockFile } from "./file-lock.ts";

/** A folder that only this process may write to. */
export type ExclusiveFolder = Pick<FileLock, "isFresh" | "confirm" | "release">;

const LOCK_NAME = "lock";

/**
 * Takes a folder for this process, for a connector that writes files: the folder is made, for its owner alone, and holds a file
 * `lock`. Throws `SIEM_FOLDER_LOCKED` while another live process has it, or another destination of this one. A dead one does not
 * keep it. A process that stood still for more than 5 s may have lost it: `confirm` tells, after a write and before its success
 * is believed.
 *
 * @example
 * const folder = await lockFolder("/var/lib/acme/.lock");
 * await write(batch);
 * await folder.confirm();
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

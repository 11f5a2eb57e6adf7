import { join } from "node:path";
import { SiemError } from "../../../errors.ts";
import type { Clock } from "../../../clock.ts";
import type { FileLock } from "../../../files/file-lock.ts";
import { liveHolderOf, lockFile } from "../../../files/file-lock.ts";
import type { ProcessIdentity } from "../../../files/process-identity.ts";

/** Prevents two processes from writing to one folder, of a queue or an embedded database. */
export type FolderLock = FileLock;

export interface FolderLockOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** Called once when another process has taken the folder, such as after this one was suspended. */
  readonly onLost?: () => void;
  /** Builds the error for a folder held by `holder`. Default: the queue's error. */
  readonly inUse?: (path: string, holder: string) => SiemError;
}

const LOCK_NAME = "lock";

/** Locks a folder. Throws while another live process holds it; a dead process does not keep it. */
export function lockFolder({ folder, clock, onLost, inUse = queueInUse }: FolderLockOptions): Promise<FolderLock> {
  return lockFile({ path: join(folder, LOCK_NAME), clock, onLost, inUse, isOurs, lost: () => takenOver(folder) });
}

/** Returns whether a file is a queue's (segments, acknowledgements, the server's files) or a database's `data`. */
function isOurs(name: string): boolean {
  return /^(?:lock|acks|server-id|control|imports|data)\b|^\d{8,15}\./.test(name);
}

/** Returns the holder of a folder, unless that process is known to be dead. For readers. */
export function liveHolder(folder: string): Promise<ProcessIdentity | undefined> {
  return liveHolderOf(join(folder, LOCK_NAME));
}

function queueInUse(path: string, holder: string): SiemError {
  return new SiemError(
    "SIEM_QUEUE_LOCKED",
    `The queue at ${path} is in use by ${holder}. Stop that one, or give this one a folder of its own (SIEM_QUEUE_PATH).`,
  );
}

/** Error of every action after the folder was taken. */
export function takenOver(folder: string): SiemError {
  return new SiemError(
    "SIEM_QUEUE_LOCKED",
    `Another process has taken over the queue in ${folder}, or its lock was removed while this process stood still. ` +
      "This one takes no more events: stop it, and start it again once no other has the folder.",
  );
}

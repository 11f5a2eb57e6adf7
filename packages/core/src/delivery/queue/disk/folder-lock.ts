import { join } from "node:path";
import { SiemError } from "../../../errors.ts";
import type { Clock } from "../../../clock.ts";
import type { FileLock } from "../../../files/file-lock.ts";
import { liveHolderOf, lockFile } from "../../../files/file-lock.ts";
import type { ProcessIdentity } from "../../../files/process-identity.ts";

/** Keeps two processes from writing to one folder: a queue's, or an embedded database's. */
export type FolderLock = FileLock;

export interface FolderLockOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** Called once when another process has taken the folder over, as from one that did not move for long. */
  readonly onLost?: () => void;
  /** The error for a folder that `holder` has. One of the queue where it is not given. */
  readonly inUse?: (path: string, holder: string) => SiemError;
}

const LOCK_NAME = "lock";

/** Throws while another live process has the folder. A dead one does not keep it. */
export function lockFolder({ folder, clock, onLost, inUse = queueInUse }: FolderLockOptions): Promise<FolderLock> {
  return lockFile({ path: join(folder, LOCK_NAME), clock, onLost, inUse, isOurs, lost: () => takenOver(folder) });
}

/** Of a queue: segments, acknowledgements, what the server keeps beside them; of a database its `data`. */
function isOurs(name: string): boolean {
  return /^(?:lock|acks|server-id|control|data)\b|^\d{8,15}\./.test(name);
}

/** Who has the folder, unless that process is known to be dead. For those who only look. */
export function liveHolder(folder: string): Promise<ProcessIdentity | undefined> {
  return liveHolderOf(join(folder, LOCK_NAME));
}

function queueInUse(path: string, holder: string): SiemError {
  return new SiemError(
    "SIEM_QUEUE_LOCKED",
    `The queue at ${path} is in use by ${holder}. Stop that one, or give this one a folder of its own (SIEM_QUEUE_PATH).`,
  );
}

/** What is refused from then on. */
export function takenOver(folder: string): SiemError {
  return new SiemError(
    "SIEM_QUEUE_LOCKED",
    `Another process has taken over the queue in ${folder}, or its lock was removed while this process stood still. ` +
      "This one takes no more events: stop it, and start it again once no other has the folder.",
  );
}

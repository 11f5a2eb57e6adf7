import { SiemError } from "../../errors.ts";
import { systemClock } from "../../clock.ts";
import type { FileLock } from "../../files/file-lock.ts";
import { isDeadLetterName } from "../dead-letters/dead-letter-file-names.ts";
import { lockFile } from "../../files/file-lock.ts";

/** Prevents two concurrent replays of a dead-letter file, which would deliver its events twice. */
export interface ReplayLock extends Pick<FileLock, "isFresh" | "confirm" | "release"> {
  /** Aborts when another process takes the lock, such as after this one was suspended. */
  readonly lost: AbortSignal;
}

/**
 * Takes the replay lock of a dead-letter file. Throws `SIEM_REPLAY_LOCKED` while another process holds it; a dead
 * process's lock is taken over.
 */
export async function takeReplayLock(deadLetterPath: string): Promise<ReplayLock> {
  const lost = new AbortController();
  const lock = await lockFile({
    isOurs: isDeadLetterName,
    path: `${deadLetterPath}.replay.lock`,
    clock: systemClock,
    onLost: () => lost.abort(),
    inUse: (path, holder) =>
      new SiemError(
        "SIEM_REPLAY_LOCKED",
        `These dead letters are being replayed by ${holder}. Wait for it, or remove ${path} if there is no such process.`,
      ),
    lost: (path) =>
      new SiemError(
        "SIEM_REPLAY_LOCKED",
        `Another process has taken ${path} over, for this one stood still too long. It replays these dead letters no more.`,
      ),
  });
  return { ...lock, lost: lost.signal };
}

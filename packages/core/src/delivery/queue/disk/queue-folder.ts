import { SiemError } from "../../../errors.ts";
import type { Clock } from "../../../clock.ts";
import { systemClock } from "../../../clock.ts";
import type { Files } from "../../../files/files.ts";
import { nodeFiles } from "../../../files/files.ts";
import { liveHolder, lockFolder } from "./folder-lock.ts";
import type { Repair } from "./repair-folder.ts";
import { repairFolder } from "./repair-folder.ts";
import type { FoundSegment } from "./read-folder.ts";
import { openEntries, readFolder } from "./read-folder.ts";

/** Content of a queue folder; slightly out of date if a process is writing to it. */
export interface QueueFolderStatus {
  /** The process that holds it; undefined if none does. */
  readonly holder: { readonly pid: number; readonly host: string } | undefined;
  readonly destinations: readonly QueueStatus[];
  readonly segments: number;
  /** Size of all event files. */
  readonly bytes: number;
  /** Damaged files set aside as `.bad`. */
  readonly setAside: readonly string[];
}

/** Queued events of one destination. */
export interface QueueStatus {
  readonly destinationId: string;
  readonly events: number;
  /** Size of the events' JSON. */
  readonly bytes: number;
  /** Acceptance time of its oldest event, in milliseconds since the epoch. */
  readonly oldestAcceptedAt: number;
  /** Number of files with its events. */
  readonly segments: number;
}

/** Lists what is queued, also while a process holds the folder. Changes nothing. */
export async function inspectQueueFolder(path: string, files: Files = nodeFiles): Promise<QueueFolderStatus> {
  await assertFolder(path, files);
  const reading = await readFolder(files, path);
  const destinations = [...(await openEntries(files, reading))].map(([destinationId, entries]): QueueStatus => {
    const sum = (of: (entry: (typeof entries)[number]) => number) => entries.reduce((all, entry) => all + of(entry), 0);
    return {
      destinationId,
      events: sum(({ extent }) => extent.events),
      bytes: sum(({ extent }) => extent.bytes),
      oldestAcceptedAt: Math.min(...entries.map(({ extent }) => extent.oldestAt)),
      segments: entries.length,
    };
  });
  const holder = await liveHolder(path);
  return {
    holder: holder && { pid: holder.pid, host: holder.host },
    destinations: destinations.toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1)),
    segments: reading.segments.length,
    bytes: reading.segments.reduce((all, { size }) => all + size, 0),
    setAside: await setAsideIn(path, files),
  };
}

/** Result of `verifyQueueFolder`. */
export interface QueueVerification {
  readonly segments: readonly SegmentVerdict[];
  /** Whether the settlements are truncated; unreadable ones are repeated. */
  readonly areAcksDamaged: boolean;
  readonly setAside: readonly string[];
}

/** Verified content of one file. */
export interface SegmentVerdict {
  readonly path: string;
  /** Number of events, settled or not; an event for several destinations counts once. */
  readonly events: number;
  readonly bytes: number;
  /** Unreadable byte ranges. At the end of the newest file, a crash leaves one without a loss. */
  readonly bad: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Reads every byte and compares every checksum. Changes nothing. Throws `SIEM_QUEUE_LOCKED` while a process holds the
 * folder.
 */
export function verifyQueueFolder(path: string, files: Files = nodeFiles): Promise<QueueVerification> {
  return whileLocked(path, files, async () => {
    const reading = await readFolder(files, path, true);
    return {
      segments: reading.segments.map(verdictOf),
      areAcksDamaged: reading.acks.isDamaged,
      setAside: await setAsideIn(path, files),
    };
  });
}

/**
 * Repairs every file as a start would: truncates torn ends, and sets damaged files aside as `.bad` after copying their
 * good frames. Resolves to the repairs. Throws `SIEM_QUEUE_LOCKED` while a process holds the folder.
 */
export function repairQueueFolder(path: string, files: Files = nodeFiles): Promise<readonly Repair[]> {
  return whileLocked(path, files, () => repairFolder(files, path, true));
}

async function whileLocked<Result>(path: string, files: Files, act: () => Promise<Result>, clock: Clock = systemClock) {
  await assertFolder(path, files);
  const lock = await lockFolder({ folder: path, clock });
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

/** Checks that the folder exists: a missing one is a wrong path and must not be created by reading. */
async function assertFolder(path: string, files: Files): Promise<void> {
  try {
    await files.names(path);
  } catch (cause) {
    throw new SiemError(
      "SIEM_QUEUE_FOLDER",
      `There is no queue folder at ${path}; give the one that SIEM_QUEUE_PATH names.`,
      {
        cause,
      },
    );
  }
}

async function setAsideIn(path: string, files: Files): Promise<readonly string[]> {
  return (await files.names(path)).filter((name) => name.endsWith(".bad")).toSorted();
}

function verdictOf({ path, events = 0, size, bad }: FoundSegment): SegmentVerdict {
  return { path, events, bytes: size, bad };
}

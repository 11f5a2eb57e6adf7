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

/** What a queue folder holds; a look at it, which may be a moment old when a process writes to it. */
export interface QueueFolderStatus {
  /** The process that has it; undefined when none does. */
  readonly holder: { readonly pid: number; readonly host: string } | undefined;
  readonly destinations: readonly QueueStatus[];
  readonly segments: number;
  /** Of all files with events. */
  readonly bytes: number;
  /** Damaged files that were set aside. */
  readonly setAside: readonly string[];
}

export interface QueueStatus {
  readonly destinationId: string;
  readonly events: number;
  /** Of the events' JSON. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly oldestAcceptedAt: number;
  /** Files that hold its events. */
  readonly segments: number;
}

/** Tells what is queued, also while a process has the folder. Changes nothing. */
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

export interface QueueVerification {
  readonly segments: readonly SegmentVerdict[];
  /** The settlements end in the middle; what cannot be read of them is repeated. */
  readonly areAcksDamaged: boolean;
  readonly setAside: readonly string[];
}

export interface SegmentVerdict {
  readonly path: string;
  /** Settled or not; an event for several destinations counts once. */
  readonly events: number;
  readonly bytes: number;
  /** Stretches that cannot be read. At the end of the newest file that is what a crash leaves, and no loss. */
  readonly bad: readonly { readonly from: number; readonly to: number }[];
}

/** Reads every byte and compares every checksum. Changes nothing; throws `SIEM_QUEUE_LOCKED` while a process has the folder. */
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
 * Does at once, and for every file, what a start does where it meets it: cuts torn ends off, and sets damaged files
 * aside as `.bad` after copying what is good in them. Throws `SIEM_QUEUE_LOCKED` while a process has the folder.
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

/** A folder that is missing is a wrong path, and must not be made by looking at it. */
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

import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import type { Totals } from "../totals.ts";
import type { AckState } from "./ack-state.ts";
import type { Files } from "../../../files/files.ts";
import { groupBy } from "./group-by.ts";
import type { Repair } from "./repair-folder.ts";
import { detachLog, repairFolder } from "./repair-folder.ts";
import type { FolderReading, FoundSegment, OpenEntry } from "./read-folder.ts";
import { isUnfinished, openEntries, readFolder } from "./read-folder.ts";
import type { PendingRange, Segment, SegmentPurpose } from "./segment.ts";
import { newPendingRange, newSegment } from "./segment.ts";
import type { Segments } from "./segments.ts";

export interface Restored {
  /** Unsettled events by destination, in order. */
  readonly pendingRanges: ReadonlyMap<string, readonly PendingRange[]>;
  readonly states: ReadonlyMap<string, AckState>;
  readonly totals: ReadonlyMap<string, Totals>;
  readonly nextSequence: number;
}

export interface RestoreOptions {
  readonly folder: string;
  readonly files: Files;
  readonly segments: Segments;
  readonly logger: Logger;
  /** Whether an earlier process may be suspended and continue. */
  readonly isFromUnknown: boolean;
}

/** Repairs what a crash left, and takes over the events of earlier processes. Never appends to old files. */
export async function restoreFolder({
  folder,
  files,
  segments,
  logger,
  isFromUnknown,
}: RestoreOptions): Promise<Restored> {
  if (isFromUnknown) {
    await detachLog(files, folder).catch((error: unknown) => {
      // Probably a full disk. Delivery frees space, and the other process checks the lock before it writes.
      logger.warn({ folder, reason: describeFailure(error) }, "the newest queue file cannot be copied");
    });
  }
  for (const repair of await repairFolder(files, folder)) logRepair(logger, repair);
  await cutUnfinished(files, await readFolder(files, folder));
  const reading = await readFolder(files, folder);
  await syncUnsealed(files, reading);
  if (reading.acks.isDamaged)
    logger.warn({ folder }, "the end of the settlements is missing, some events are repeated");

  const adopted = new Map<number, Segment>();
  for (const found of reading.segments) {
    const segment = newSegment(found.number, found.path, purposeOf(found));
    segments.adopt(segment);
    segments.grew(segment, found.end);
    adopted.set(found.number, segment);
  }
  const pendingRanges = new Map<string, PendingRange[]>();
  for (const [destinationId, entries] of await openEntries(files, reading)) {
    pendingRanges.set(
      destinationId,
      entries.flatMap((entry) => pendingRangeOf(entry, adopted, segments)),
    );
  }
  // Removes segments without unsettled events.
  for (const segment of adopted.values()) segments.seal(segment);
  return {
    pendingRanges,
    states: neededStates(reading),
    totals: reading.acks.totals,
    nextSequence: reading.nextSequence,
  };
}

function purposeOf({ kind, entries }: FoundSegment): SegmentPurpose {
  const firstSequence = entries.reduce(
    (first, entry) => Math.min(first, entry.firstSequence),
    Number.POSITIVE_INFINITY,
  );
  return { kind, owner: kind === "backlog" ? entries[0]?.destinationId : undefined, firstSequence };
}

function pendingRangeOf(
  { destinationId, segment: { number }, offset, end, extent }: OpenEntry,
  adopted: ReadonlyMap<number, Segment>,
  segments: Segments,
): readonly PendingRange[] {
  const segment = adopted.get(number);
  if (segment === undefined) return [];
  const pendingRange = newPendingRange(destinationId, segment, offset, extent);
  pendingRange.end = end;
  pendingRange.unread = extent.events;
  segments.add(pendingRange, extent.events, extent.bytes);
  return [pendingRange];
}

/** Returns the states that files still need: of a destination that no file names, nothing is kept. */
function neededStates({ segments, acks }: FolderReading): ReadonlyMap<string, AckState> {
  const named = new Set(segments.flatMap(({ entries }) => entries.map(({ destinationId }) => destinationId)));
  return new Map([...acks.states].filter(([destinationId]) => named.has(destinationId)));
}

/** Removes the start of an interrupted copy: once the log's file is gone, it would look like separate events. */
async function cutUnfinished(files: Files, { segments }: FolderReading): Promise<void> {
  const logs = segments.filter(({ kind }) => kind === "log").flatMap(({ entries }) => entries);
  // There may be tens of thousands of each, for thousands of destinations.
  const logged = groupBy(logs, ({ destinationId }) => destinationId);
  for (const { kind, path, entries } of segments) {
    if (kind !== "backlog") continue;
    const unfinished = entries.find((entry) => isUnfinished(entry, logged.get(entry.destinationId)));
    if (unfinished === undefined) continue;
    const file = await files.open(path, "change");
    try {
      await file.truncate(unfinished.offset);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/**
 * Syncs what a killed process wrote and had not synced. Its events are delivered from now on, so that a power cut must
 * not take them back.
 */
async function syncUnsealed(files: Files, { segments }: FolderReading): Promise<void> {
  for (const { path, isSealed } of segments) {
    if (isSealed) continue;
    const file = await files.open(path, "change");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

function logRepair(logger: Logger, { path, kind, bytes }: Repair): void {
  switch (kind) {
    case "cut":
      return logger.warn({ file: path, bytes }, "queue file ended in the middle of a write, which was cut off");
    case "removed":
      return;
    case "set-aside":
      return logger.error(
        { file: path, bytes },
        "queue file is damaged: set aside as .bad, its good events are delivered",
      );
    default:
      return kind satisfies never;
  }
}

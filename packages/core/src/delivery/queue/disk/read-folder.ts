import { join } from "node:path";
import type { Acks } from "./ack-log.ts";
import { readAcks } from "./ack-log.ts";
import type { AckState } from "./ack-state.ts";
import { endOf, isSettled, nothingSettled, settledShare } from "./ack-state.ts";
import type { Files } from "../../../files/files.ts";
import { isMissing } from "../../../files/error-code.ts";
import { groupBy } from "./group-by.ts";
import type { Extent } from "./write-batch-frame.ts";
import { extentIn, FRAME_KIND, joined, kindOf, routeText } from "./write-batch-frame.ts";
import type { SegmentReading } from "./read-segment.ts";
import { readSegment } from "./read-segment.ts";
import { scanFrames } from "./scan-frames.ts";
import type { SegmentKind } from "./segment.ts";
import { parseSegmentName } from "./segment.ts";
import type { IndexEntry } from "./segment-index.ts";

export interface FoundSegment extends SegmentReading {
  readonly number: number;
  readonly kind: SegmentKind;
  readonly path: string;
}

/** Content of a folder, unchanged. */
export interface FolderReading {
  readonly segments: readonly FoundSegment[];
  readonly acks: Acks;
  /** First unused sequence. */
  readonly nextSequence: number;
}

/** Unsettled events of a destination in one segment. */
export interface OpenEntry {
  readonly destinationId: string;
  readonly segment: FoundSegment;
  readonly offset: number;
  readonly end: number | undefined;
  readonly extent: Extent;
}

export async function readFolder(files: Files, folder: string, isThorough = false): Promise<FolderReading> {
  const acks = await readAcks(files, folder);
  const segments: FoundSegment[] = [];
  for (const found of await segmentFiles(files, folder)) {
    const reading = await readSegment(files, found.path, isThorough).catch(ifMissing);
    if (reading !== undefined) segments.push({ ...found, ...reading });
  }
  const sequences = segments.flatMap(({ entries }) => entries.map(({ lastSequence }) => lastSequence + 1));
  const settled = [...acks.states.values()].map(endOf);
  return {
    segments,
    acks,
    nextSequence: [...sequences, ...settled].reduce((a, b) => Math.max(a, b), acks.nextSequence),
  };
}

/** Ignores a missing file: a writing process may have removed it once settled. */
function ifMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** Lists segment files by number, oldest first. */
export async function segmentFiles(files: Files, folder: string) {
  const found: { number: number; kind: SegmentKind; path: string }[] = [];
  for (const name of await files.names(folder)) {
    const parsed = parseSegmentName(name);
    if (parsed !== undefined) found.push({ ...parsed, path: join(folder, name) });
  }
  return found.toSorted((a, b) => a.number - b.number);
}

/** Returns everything unsettled, by destination and in order. */
export async function openEntries(files: Files, reading: FolderReading): Promise<Map<string, OpenEntry[]>> {
  const { segments, acks } = reading;
  const backlogs = segments.filter(({ kind }) => kind === "backlog").flatMap(({ entries }) => entries);
  const moved = groupBy(
    backlogs.filter((entry) => entry.moved !== undefined),
    ({ destinationId }) => destinationId,
  );
  const logs = segments.filter(({ kind }) => kind === "log").flatMap(({ entries }) => entries);
  const logged = groupBy(logs, ({ destinationId }) => destinationId);

  const open = new Map<string, OpenEntry[]>();
  for (const segment of segments) {
    const unsettled: OpenEntry[] = [];
    const partly: IndexEntry[] = [];
    for (const entry of segment.entries) {
      const { destinationId, firstSequence, lastSequence, offset, end } = entry;
      if (segment.kind === "log" && isMovedAway(entry, moved.get(destinationId))) continue;
      if (segment.kind === "backlog" && isUnfinished(entry, logged.get(destinationId))) continue;
      const share = settledShare(acks.states.get(destinationId) ?? nothingSettled, firstSequence, lastSequence);
      if (share === "none") unsettled.push({ destinationId, segment, offset, end, extent: entry });
      if (share === "some") partly.push(entry);
    }
    if (partly.length > 0) {
      unsettled.push(...((await recounted(files, segment, partly, acks.states).catch(ifMissing)) ?? []));
    }
    for (const entry of unsettled) {
      const known = open.get(entry.destinationId);
      if (known === undefined) open.set(entry.destinationId, [entry]);
      else known.push(entry);
    }
  }
  for (const entries of open.values()) entries.sort((a, b) => a.extent.firstSequence - b.extent.firstSequence);
  return open;
}

/** Returns whether everything unsettled in it was moved to the backlog. */
function isMovedAway({ firstSequence, lastSequence }: IndexEntry, moves: readonly IndexEntry[] = []): boolean {
  return moves.some(({ moved }) => moved !== undefined && moved[0] <= lastSequence && firstSequence <= moved[1]);
}

/** Returns whether it is an interrupted copy, of which the log still has everything. */
export function isUnfinished({ moved, firstSequence }: IndexEntry, logged: readonly IndexEntry[] = []): boolean {
  if (moved !== undefined) return false;
  return logged.some((entry) => entry.firstSequence <= firstSequence && firstSequence <= entry.lastSequence);
}

/** Counts events one by one if only some are settled. */
async function recounted(
  files: Files,
  segment: FoundSegment,
  entries: readonly IndexEntry[],
  states: ReadonlyMap<string, AckState>,
): Promise<OpenEntry[]> {
  const byDestination = groupBy(entries, ({ destinationId }) => destinationId);
  const open = new Map<IndexEntry, OpenEntry>();
  const file = await files.open(segment.path, "read");
  try {
    await scanFrames({
      file,
      from: Math.min(...entries.map(({ offset }) => offset)),
      to: segment.end,
      visit(frame) {
        if (kindOf(frame) !== FRAME_KIND.writeBatch) return "go-on";
        for (const id of routeText(frame).split("\n")) {
          const state = states.get(id) ?? nothingSettled;
          const within = ({ offset, end }: IndexEntry) => offset <= frame.offset && frame.offset < (end ?? segment.end);
          const entry = byDestination.get(id)?.find(within);
          const extent = entry === undefined ? undefined : extentIn(frame, (sequence) => !isSettled(state, sequence));
          if (entry === undefined || extent === undefined) continue;
          const known = open.get(entry);
          const offset = known?.offset ?? frame.offset;
          const sum = joined(known?.extent, extent);
          open.set(entry, { destinationId: id, segment, offset, end: entry.end, extent: sum });
        }
        return "go-on";
      },
      onBad() {},
    });
  } finally {
    await file.close();
  }
  return [...open.values()];
}

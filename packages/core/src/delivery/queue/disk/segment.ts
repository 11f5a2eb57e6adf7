import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { Extent } from "./write-batch-frame.ts";

/** One file of the queue: events in the order in which they were accepted, for any destinations or for a single one. */
export interface Segment {
  /** Never used twice while the folder has files. */
  readonly number: number;
  readonly path: string;
  readonly kind: SegmentKind;
  /** The one destination that it is for; undefined when it may be for any. */
  readonly owner: string | undefined;
  /** No event in it has an earlier sequence. */
  firstSequence: number;
  /** Up to here it is safe on the disk, and may be read. */
  size: number;
  /** Nothing is appended any more. */
  isSealed: boolean;
  /** A part of it cannot be read: the file is set aside, not removed, when it is done with. */
  isDamaged: boolean;
  /** What it holds for destinations that have not settled it. */
  readonly pendingRanges: Set<PendingRange>;
  /** Frames that are in memory at the moment, by their offset. */
  readonly cachedFrames: Map<number, CachedFrame>;
  /** Sum of its pending ranges, and what of the file's size it stands for. */
  unsettledBytes: number;
  heldBytes: number;
}

/** `log`: what was accepted, for all destinations. `backlog`: what was moved aside for one that is far behind. */
export type SegmentKind = "log" | "backlog";

/** One destination's unsettled events in one segment. */
export interface PendingRange {
  readonly destinationId: string;
  /** Changes when the events are moved to a backlog. */
  segment: Segment;
  /** Where in the file they begin, and end; undefined for the end of the file. */
  offset: number;
  end: number | undefined;
  readonly firstSequence: number;
  lastSequence: number;
  oldestAt: number;
  /** Not settled: waiting or taken. */
  events: number;
  bytes: number;
  /** Of those, the ones that are on the disk only. */
  unread: number;
}

/** A frame's events in memory, shared by the queues that hold them. */
export interface CachedFrame {
  readonly records: readonly AcceptedEvent[];
  readonly segment: Segment;
  readonly offset: number;
  readonly bytes: number;
  holders: number;
}

const NAME = /^(\d{8,15})\.(log|backlog)$/;

export function segmentName(number: number, kind: SegmentKind): string {
  return `${String(number).padStart(8, "0")}.${kind}`;
}

export function parseSegmentName(name: string): { readonly number: number; readonly kind: SegmentKind } | undefined {
  const [, digits, kind] = NAME.exec(name) ?? [];
  if (digits === undefined) return undefined;
  return { number: Number(digits), kind: kind === "log" ? "log" : "backlog" };
}

/** What a segment is for, before anything is in it. */
export type SegmentPurpose = Pick<Segment, "kind" | "owner" | "firstSequence">;

export function newSegment(number: number, path: string, purpose: SegmentPurpose): Segment {
  const marks = { isSealed: false, isDamaged: false, unsettledBytes: 0, heldBytes: 0 };
  return { number, path, ...purpose, size: 0, pendingRanges: new Set(), cachedFrames: new Map(), ...marks };
}

export function newPendingRange(destinationId: string, segment: Segment, offset: number, extent: Extent): PendingRange {
  const { firstSequence, lastSequence, oldestAt } = extent;
  const counts = { events: 0, bytes: 0, unread: 0 };
  return { destinationId, segment, offset, end: undefined, firstSequence, lastSequence, oldestAt, ...counts };
}

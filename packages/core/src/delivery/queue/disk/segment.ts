import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { Extent } from "./write-batch-frame.ts";

/** One file of the queue: events in order of acceptance, of all destinations or of one. */
export interface Segment {
  /** Number, not reused while the folder has files. */
  readonly number: number;
  readonly path: string;
  readonly kind: SegmentKind;
  /** Its only destination; undefined if it may hold any. */
  readonly owner: string | undefined;
  /** Lower bound of its sequences. */
  firstSequence: number;
  /** Bytes that are safe on disk and may be read. */
  size: number;
  /** Whether nothing more is appended. */
  isSealed: boolean;
  /** Whether part of it is unreadable: it is then set aside, not removed, when all is settled. */
  isDamaged: boolean;
  /** Its unsettled ranges. */
  readonly pendingRanges: Set<PendingRange>;
  /** Frames in memory by offset. */
  readonly cachedFrames: Map<number, CachedFrame>;
  /** Bytes of its pending ranges, and the share of the file they stand for. */
  unsettledBytes: number;
  heldBytes: number;
}

/** `log`: accepted events of all destinations. `backlog`: events moved aside for one that is far behind. */
export type SegmentKind = "log" | "backlog";

/** Unsettled events of one destination in one segment. */
export interface PendingRange {
  readonly destinationId: string;
  /** Its segment; changes when the events move to a backlog. */
  segment: Segment;
  /** Start and end in the file; undefined for the end of the file. */
  offset: number;
  end: number | undefined;
  readonly firstSequence: number;
  lastSequence: number;
  oldestAt: number;
  /** Number of unsettled events, waiting or taken. */
  events: number;
  bytes: number;
  /** Number of these that are on disk only. */
  unread: number;
}

/** Events of a frame in memory, shared by the queues that hold them. */
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

/** Purpose of a segment before it has content. */
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

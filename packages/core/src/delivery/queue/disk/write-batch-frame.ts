import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { FRAME_HEADER_BYTES, sealFrame } from "./frame.ts";
import type { Bytes } from "./stored-record.ts";
import { acceptedAtOf, sequenceOf, readRecord, recordEnd, sizeOf, writeRecord } from "./stored-record.ts";

/** Meaning of a frame's first byte. */
export const FRAME_KIND = { writeBatch: 1, moved: 2, index: 3 } as const;

/** Totals of some events. */
export interface Extent {
  readonly events: number;
  readonly bytes: number;
  /** Sequence of the first and last event; ascending in between. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Acceptance time of the oldest event. */
  readonly oldestAt: number;
}

/** A frame of a write batch within a buffer. */
export interface WriteBatchFrame extends Bytes {
  /** Start and end of its payload in the buffer. */
  readonly start: number;
  readonly end: number;
}

const ROUTE_LENGTH = 1;
const ROUTE = 5;

/**
 * Appends a write batch's frame. It holds its destinations' ids as text, so that the file explains itself without a
 * table of names that could be lost.
 */
export function appendWriteBatch(into: ByteWriter, route: Uint8Array, records: readonly AcceptedEvent[]): void {
  const start = beginWriteBatch(into, route);
  for (const record of records) writeRecord(into, record);
  sealFrame(into.bytes, start, into.length);
}

/** Begins a write batch whose records are appended as bytes, up to `sealFrame`; returns the offset of its frame. */
export function beginWriteBatch(into: ByteWriter, route: Uint8Array): number {
  const start = into.length;
  into.skip(FRAME_HEADER_BYTES);
  into.uint8(FRAME_KIND.writeBatch);
  into.uint32(route.length);
  into.raw(route);
  return start;
}

export function routeBytes(ids: readonly string[]): Buffer {
  return Buffer.from(ids.join("\n"), "utf8");
}

/** Returns the route as text, for use as a key: ids hold no line break. */
export function routeText({ buffer, view, start }: WriteBatchFrame): string {
  return buffer.toString("utf8", start + ROUTE, start + ROUTE + view.getUint32(start + ROUTE_LENGTH, true));
}

export function kindOf({ buffer, start }: WriteBatchFrame): number {
  return buffer[start] ?? 0;
}

/** Returns the offset of each record, in order. */
export function recordStarts(frame: WriteBatchFrame): number[] {
  const starts: number[] = [];
  let at = frame.start + ROUTE + frame.view.getUint32(frame.start + ROUTE_LENGTH, true);
  while (at < frame.end) {
    starts.push(at);
    at = recordEnd(frame, at);
  }
  return starts;
}

/** Returns a frame's events, which share one copy of it. */
export function readWriteBatch(frame: WriteBatchFrame): AcceptedEvent[] {
  const memory = Buffer.allocUnsafeSlow(frame.end - frame.start);
  frame.buffer.copy(memory, 0, frame.start, frame.end);
  return recordStarts(frame).map((start) => readRecord(frame, start, memory, frame.start));
}

export function extentOf(records: readonly AcceptedEvent[]): Extent {
  let bytes = 0;
  let oldestAt = Number.POSITIVE_INFINITY;
  for (const record of records) {
    bytes += record.bytes;
    if (record.acceptedAt < oldestAt) oldestAt = record.acceptedAt;
  }
  const firstSequence = records[0]?.sequence ?? 0;
  return {
    events: records.length,
    bytes,
    firstSequence,
    lastSequence: records.at(-1)?.sequence ?? firstSequence,
    oldestAt,
  };
}

/** Returns the extent of a frame's records that are `isWanted`, without reading texts; undefined if there are none. */
export function extentIn(frame: WriteBatchFrame, isWanted?: (sequence: number) => boolean): Extent | undefined {
  let extent: Extent | undefined;
  for (const start of recordStarts(frame)) {
    const sequence = sequenceOf(frame, start);
    if (isWanted !== undefined && !isWanted(sequence)) continue;
    const bytes = sizeOf(frame, start);
    const oldestAt = acceptedAtOf(frame, start);
    extent = joined(extent, { events: 1, bytes, firstSequence: sequence, lastSequence: sequence, oldestAt });
  }
  return extent;
}

export function joined(extent: Extent | undefined, next: Extent): Extent {
  if (extent === undefined) return next;
  return {
    events: extent.events + next.events,
    bytes: extent.bytes + next.bytes,
    firstSequence: Math.min(extent.firstSequence, next.firstSequence),
    lastSequence: Math.max(extent.lastSequence, next.lastSequence),
    oldestAt: Math.min(extent.oldestAt, next.oldestAt),
  };
}

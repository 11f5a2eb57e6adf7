import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { FRAME_HEADER_BYTES, sealFrame } from "./frame.ts";
import type { Bytes } from "./stored-record.ts";
import { acceptedAtOf, sequenceOf, readRecord, recordEnd, sizeOf, writeRecord } from "./stored-record.ts";

/** What a frame's first byte says. */
export const FRAME_KIND = { writeBatch: 1, moved: 2, index: 3 } as const;

/** Sums of some events. */
export interface Extent {
  readonly events: number;
  readonly bytes: number;
  /** Of the first and the last one; between them they rise. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** When the oldest was accepted. */
  readonly oldestAt: number;
}

/** A write batch's frame among the bytes around it. */
export interface WriteBatchFrame extends Bytes {
  /** Where its payload begins and ends in the buffer. */
  readonly start: number;
  readonly end: number;
}

const ROUTE_LENGTH = 1;
const ROUTE = 5;

/**
 * Appends a write batch's frame. The ids of its destinations stand in it as text: a file explains itself, and no table of
 * names can be lost or belong to another file.
 */
export function appendWriteBatch(into: ByteWriter, route: Uint8Array, records: readonly AcceptedEvent[]): void {
  const start = beginWriteBatch(into, route);
  for (const record of records) writeRecord(into, record);
  sealFrame(into.bytes, start, into.length);
}

/** A write batch whose records are appended as bytes, up to `sealFrame`; returns where its frame begins. */
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

/** The route as text, which serves as a key: ids hold no line break. */
export function routeText({ buffer, view, start }: WriteBatchFrame): string {
  return buffer.toString("utf8", start + ROUTE, start + ROUTE + view.getUint32(start + ROUTE_LENGTH, true));
}

export function kindOf({ buffer, start }: WriteBatchFrame): number {
  return buffer[start] ?? 0;
}

/** Where each record of the write batch begins, in order. */
export function recordStarts(frame: WriteBatchFrame): number[] {
  const starts: number[] = [];
  let at = frame.start + ROUTE + frame.view.getUint32(frame.start + ROUTE_LENGTH, true);
  while (at < frame.end) {
    starts.push(at);
    at = recordEnd(frame, at);
  }
  return starts;
}

export function readWriteBatch(frame: WriteBatchFrame): AcceptedEvent[] {
  return recordStarts(frame).map((start) => readRecord(frame, start));
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

/** The same of a frame, without reading its texts; only of records that `isWanted`. Undefined when there is none. */
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

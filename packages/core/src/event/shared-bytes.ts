import type { EventBytes } from "./accepted-event.ts";
import { AcceptedEvent } from "./accepted-event.ts";

/**
 * The bytes of events that are on their way, so that making UTF-8 of an event, which costs ten times as much as copying it,
 * is done once for all destinations. A ring of fixed size: a destination that comes after an event's bytes were written
 * over makes them again. Slow destinations hold no memory, and bytes are never collected as garbage.
 */
const RING_BYTES = 8 * 1024 * 1024;
/** Events larger than this are rare, and would drive the others out. */
const LARGEST_SHARED = 64 * 1024;

let ring: Buffer | undefined;
/** Where in the ring the next event goes, and how often the ring was full: two small numbers, for a large one is an object. */
let next = 0;
let lap = 0;

const place: { bytes: Buffer; start: number; end: number } = { bytes: Buffer.alloc(0), start: 0, end: 0 };

/**
 * The UTF-8 of the record's JSON, for encoders that look at bytes: good until the next event's is asked for. Undefined for a
 * record that is too large to be kept, or is not the host's own.
 */
export function sharedBytes(record: object): EventBytes | undefined {
  if (!(record instanceof AcceptedEvent)) return undefined;
  if (record.utf8 !== undefined) return record.utf8;
  if (record.bytes * 3 > LARGEST_SHARED) return undefined;
  ring ??= Buffer.allocUnsafeSlow(RING_BYTES);
  place.bytes = ring;
  if (!isThere(record)) write(record, ring);
  place.start = record.bytesAt;
  place.end = record.bytesEnd;
  return place;
}

/** Whether its bytes were not written over yet, nor are by whatever comes next. */
function isThere({ bytesIn, bytesAt }: AcceptedEvent): boolean {
  return bytesIn === lap || (bytesIn === lap - 1 && bytesIn >= 0 && bytesAt >= next + LARGEST_SHARED);
}

function write(record: AcceptedEvent, bytes: Buffer): void {
  // Not across the ring's end.
  if (next + LARGEST_SHARED > RING_BYTES) {
    next = 0;
    lap++;
  }
  record.bytesIn = lap;
  record.bytesAt = next;
  next += record.writeJson(bytes, next);
  record.bytesEnd = next;
}

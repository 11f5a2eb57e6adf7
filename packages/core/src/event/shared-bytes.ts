import type { EventBytes } from "./accepted-event.ts";
import { AcceptedEvent } from "./accepted-event.ts";

/**
 * A ring of event bytes, so that each event is encoded to UTF-8 once for all destinations: encoding costs ten times as
 * much as copying. If its bytes are overwritten, an event is encoded again. Slow destinations hold no memory, and the
 * garbage collector has nothing to do.
 */
const RING_BYTES = 8 * 1024 * 1024;
/** Larger events are rare and would evict the others. */
const LARGEST_SHARED = 64 * 1024;

let ring: Buffer | undefined;
/** Offset of the next event, and the number of laps. Two small integers, since a large number would be an object. */
let next = 0;
let lap = 0;

const place: { bytes: Buffer; start: number; end: number } = { bytes: Buffer.alloc(0), start: 0, end: 0 };

/**
 * Returns the UTF-8 of the record's JSON, for encoders that work on bytes. Valid until the next event's is read.
 * Undefined if the record is too large or not the host's own.
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

/** Returns whether its bytes are intact and stay so when the next event is written. */
function isThere({ bytesIn, bytesAt }: AcceptedEvent): boolean {
  return bytesIn === lap || (bytesIn === lap - 1 && bytesIn >= 0 && bytesAt >= next + LARGEST_SHARED);
}

function write(record: AcceptedEvent, bytes: Buffer): void {
  // An event does not cross the ring's end.
  if (next + LARGEST_SHARED > RING_BYTES) {
    next = 0;
    lap++;
  }
  record.bytesIn = lap;
  record.bytesAt = next;
  next += record.writeJson(bytes, next);
  record.bytesEnd = next;
}

import { EventRecord } from "./event-record.ts";

/**
 * The bytes of events that are on their way, so that making UTF-8 of an event, which costs ten times as much as copying it,
 * is done once for all destinations. A ring of fixed size: whoever comes after an event's bytes were written over makes
 * them again, so that slow destinations hold no memory and bytes are never collected as garbage.
 */
const RING_BYTES = 8 * 1024 * 1024;
/** Events larger than this are rare, and would drive the others out. */
const LARGEST_SHARED = 64 * 1024;

let ring: Buffer | undefined;
/** Bytes written since the start; the ring holds the last of them. */
let written = 0;

/** Where an event's UTF-8 stands. Read only, and good until the next event's is asked for. */
export interface EventBytes {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const place: { bytes: Buffer; start: number; end: number } = { bytes: Buffer.alloc(0), start: 0, end: 0 };

/**
 * The UTF-8 of the record's JSON, for encoders that look at bytes. Undefined for a record that is too large to be kept, or is
 * not the host's own.
 */
export function sharedBytes(record: object): EventBytes | undefined {
  if (!(record instanceof EventRecord) || record.json.length * 3 > LARGEST_SHARED) return undefined;
  ring ??= Buffer.allocUnsafeSlow(RING_BYTES);
  place.bytes = ring;
  const { sharedAt } = record;
  if (sharedAt < 0 || written - sharedAt > RING_BYTES - LARGEST_SHARED) write(record, ring);
  place.start = record.sharedAt % RING_BYTES;
  place.end = place.start + record.sharedLength;
  return place;
}

function write(record: EventRecord, bytes: Buffer): void {
  // Not across the ring's end.
  if ((written % RING_BYTES) + LARGEST_SHARED > RING_BYTES) written += RING_BYTES - (written % RING_BYTES);
  record.sharedAt = written;
  record.sharedLength = bytes.write(record.json, written % RING_BYTES, "utf8");
  written += record.sharedLength;
}

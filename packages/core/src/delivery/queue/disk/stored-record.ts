import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { ByteEvent } from "../../../event/byte-event.ts";
import type { ByteWriter } from "./byte-writer.ts";

// One stored event: its length, fixed numbers, the lengths of two texts, and the texts; the JSON takes the rest. Every
// record holds its sequence, so that its bytes can be copied unchanged.
const LENGTH = 0;
const SEQUENCE = 4;
const ACCEPTED_AT = 12;
const TIME = 20;
const CLASS_UID = 28;
const SEVERITY_ID = 36;
const SIZE = 44;
const ID_LENGTH = 48;
const ORG_LENGTH = 52;
const TEXTS = 56;
const NO_ORG = 0xffff_ffff;

/** Bytes from disk in a read buffer. */
export interface Bytes {
  readonly buffer: Buffer;
  readonly view: DataView;
}

export function writeRecord(into: ByteWriter, record: AcceptedEvent): void {
  const start = into.length;
  into.reserve(TEXTS);
  into.uint32(0);
  into.float64(record.sequence);
  into.float64(record.acceptedAt);
  into.float64(record.time);
  into.float64(record.classUid);
  into.float64(record.severityId);
  into.uint32(record.bytes);
  into.uint32(0);
  into.uint32(NO_ORG);
  into.setUint32(start + ID_LENGTH, into.text(record.id));
  if (record.orgId !== null) into.setUint32(start + ORG_LENGTH, into.text(record.orgId));
  into.json(record);
  into.setUint32(start + LENGTH, into.length - start);
}

/**
 * Reads the record at `start`. Its JSON stays in `memory`, a copy of the buffer that begins at `memoryAt` of it, since
 * the buffer is reused.
 */
export function readRecord({ buffer, view }: Bytes, start: number, memory: Buffer, memoryAt: number): AcceptedEvent {
  const end = recordEnd({ view }, start);
  const idEnd = start + TEXTS + view.getUint32(start + ID_LENGTH, true);
  const orgLength = view.getUint32(start + ORG_LENGTH, true);
  const orgEnd = orgLength === NO_ORG ? idEnd : idEnd + orgLength;
  const record = new ByteEvent({
    id: buffer.toString("utf8", start + TEXTS, idEnd),
    orgId: orgLength === NO_ORG ? null : buffer.toString("utf8", idEnd, orgEnd),
    classUid: view.getFloat64(start + CLASS_UID, true),
    severityId: view.getFloat64(start + SEVERITY_ID, true),
    time: view.getFloat64(start + TIME, true),
    acceptedAt: acceptedAtOf({ view }, start),
    bytes: sizeOf({ view }, start),
    text: memory.subarray(orgEnd - memoryAt, end - memoryAt),
    notes: undefined,
    notesAt: 0,
  });
  record.sequence = sequenceOf({ view }, start);
  return record;
}

export function recordEnd({ view }: Pick<Bytes, "view">, start: number): number {
  return start + view.getUint32(start + LENGTH, true);
}

export function sequenceOf({ view }: Pick<Bytes, "view">, start: number): number {
  return view.getFloat64(start + SEQUENCE, true);
}

export function acceptedAtOf({ view }: Pick<Bytes, "view">, start: number): number {
  return view.getFloat64(start + ACCEPTED_AT, true);
}

/** Returns its size as `AcceptedEvent.bytes` counts. */
export function sizeOf({ view }: Pick<Bytes, "view">, start: number): number {
  return view.getUint32(start + SIZE, true);
}

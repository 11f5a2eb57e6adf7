import type { AcceptedEvent } from "./accepted-event.ts";
import { ByteEvent } from "./byte-event.ts";

/**
 * Shared memory that holds events in sequence, each with what an encoder may need: eight-byte numbers, lengths, and
 * texts in UTF-8. One thread writes it, others read it.
 */
export interface EventBlock {
  readonly bytes: Buffer;
  readonly numbers: Float64Array;
  readonly lengths: Int32Array;
}

/** Consecutive events in a block. */
export interface EventRun {
  /** Offset of the first event, and end of the last. */
  readonly at: number;
  readonly end: number;
}

/**
 * Four numbers (time, acceptedAt, classUid, severityId), and four lengths: id, organisation, JSON, and padding to a
 * multiple of eight.
 */
const HEADER_BYTES = 4 * 8 + 4 * 4;
const NO_ORG = -1;

export function createEventBlock(memory: ArrayBuffer | SharedArrayBuffer): EventBlock {
  return {
    bytes: Buffer.from(memory, 0, memory.byteLength),
    numbers: new Float64Array(memory),
    lengths: new Int32Array(memory),
  };
}

/** Returns the most bytes an event may take in a block. */
export function mostBlockBytes({ id, orgId, bytes }: AcceptedEvent): number {
  return HEADER_BYTES + (id.length + (orgId?.length ?? 0) + bytes) * 3 + 8;
}

/** Writes an event at a multiple of eight, where there must be space, and returns the offset of the next. */
export function writeEvent(record: AcceptedEvent, { bytes, numbers, lengths }: EventBlock, at: number): number {
  const { id, orgId } = record;
  const number = at >> 3;
  numbers[number] = record.time;
  numbers[number + 1] = record.acceptedAt;
  numbers[number + 2] = record.classUid;
  numbers[number + 3] = record.severityId;
  const idAt = at + HEADER_BYTES;
  const idBytes = bytes.write(id, idAt, "utf8");
  const orgBytes = orgId === null ? 0 : bytes.write(orgId, idAt + idBytes, "utf8");
  const jsonAt = idAt + idBytes + orgBytes;
  const jsonBytes = record.writeJson(bytes, jsonAt);
  const length = (at >> 2) + 8;
  lengths[length] = idBytes;
  lengths[length + 1] = orgId === null ? NO_ORG : orgBytes;
  lengths[length + 2] = jsonBytes;
  return nextAt(jsonAt + jsonBytes);
}

/** Reads the events of a run. They are valid until the block is overwritten. */
export function readEvents(block: EventBlock, { at, end: runEnd }: EventRun): AcceptedEvent[] {
  const records: AcceptedEvent[] = [];
  for (let from = at; from < runEnd; ) {
    const { record, end } = readEvent(block, from);
    records.push(record);
    from = nextAt(end);
  }
  return records;
}

function readEvent(
  { bytes, numbers, lengths }: EventBlock,
  at: number,
): { readonly record: AcceptedEvent; readonly end: number } {
  const number = at >> 3;
  const length = (at >> 2) + 8;
  const idAt = at + HEADER_BYTES;
  const orgAt = idAt + (lengths[length] ?? 0);
  const orgBytes = lengths[length + 1] ?? NO_ORG;
  const start = orgAt + Math.max(0, orgBytes);
  const end = start + (lengths[length + 2] ?? 0);
  const record = new ByteEvent({
    time: numbers[number] ?? 0,
    acceptedAt: numbers[number + 1] ?? 0,
    classUid: numbers[number + 2] ?? 0,
    severityId: numbers[number + 3] ?? 0,
    id: bytes.toString("utf8", idAt, orgAt),
    orgId: orgBytes === NO_ORG ? null : bytes.toString("utf8", orgAt, start),
    bytes: end - start,
    text: bytes.subarray(start, end),
    notes: undefined,
    notesAt: 0,
  });
  return { record, end };
}

function nextAt(end: number): number {
  return (end + 7) & ~7;
}

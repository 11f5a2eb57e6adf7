import type { Encoded, EventBytes, EventRecord } from "@arbitex/core";
import { createTimedBytes, scannedEvent, sharedBytes } from "@arbitex/core";
import { addedColumns, eventColumns } from "./columns.ts";
import { encodeCarefully, MAX_FIELD_BYTES } from "./encode-carefully.ts";
import { createTakeValues } from "./taken-values.ts";
import { timeGenerated } from "./time-generated.ts";

/** Fields of a record used by the encoder. */
export type EncodedEvent = Pick<EventRecord, "orgId" | "time" | "acceptedAt" | "json" | "membersAt" | "event">;

const COMMA = 0x2c;

const takenColumns = addedColumns.filter(({ path }) => path !== undefined);
const labels = takenColumns.map(({ name }) => Buffer.from(`,"${name}":`));
const LABEL_BYTES = labels.reduce((sum, { length }) => sum + length, 1);
const takeValues = createTakeValues(
  takenColumns,
  eventColumns.map(({ name }) => name),
);
const timedBytes = createTimedBytes('{"TimeGenerated":"', "ISO 8601", '"');
/** More than the head without its organisation. */
const HEAD_BYTES = 64;

/** Reused, as `takeValues` does with its own. */
const found = new Int32Array(takenColumns.length * 2);

/** Reused buffer for the added columns; its content is valid within one call. */
let scratch = Buffer.alloc(0);

/**
 * Encodes a row: the event's JSON, not serialised again, with the added columns before its members. Throws for an event
 * that Azure would truncate.
 */
export function encodeRow(record: EncodedEvent): Encoded {
  const { bytes, start, end } = sharedBytes(record) ?? bytesOf(record.json);
  if (end - start > MAX_FIELD_BYTES) return encodeCarefully(record, headOf(record));
  const places = placesOf(record, bytes, start, end);
  if (places === undefined) return encodeCarefully(record, headOf(record));

  noteOrg(record.orgId);
  const work = scratchOf(HEAD_BYTES + orgBytes.length + (end - start) + LABEL_BYTES);
  let at = writeHead(record, work);
  for (let index = 0; index < labels.length; index += 1) {
    const valueEnd = places[index * 2 + 1] ?? 0;
    const label = labels[index];
    if (valueEnd === 0 || label === undefined) continue;
    at = append(work, at, label, 0, label.length);
    at = append(work, at, bytes, places[index * 2] ?? 0, valueEnd);
  }
  work[at++] = COMMA;
  // Without its opening brace, which the added columns include.
  return [work.subarray(0, at), { record, from: record.membersAt }];
}

/**
 * Returns the places of the columns' texts, which the host found already unless they may stand elsewhere; undefined if a
 * member has no column.
 */
function placesOf(record: EncodedEvent, bytes: Buffer, start: number, end: number): Int32Array | undefined {
  const scanned = scannedEvent(record);
  if (scanned?.isCommon === true && ((scanned.hasActor && scanned.hasSource) || !scanned.hasHolder)) {
    // The host counts from the event's first byte.
    for (let index = 0; index < found.length; index++) {
      const at = scanned.texts[index] ?? 0;
      found[index] = at === 0 ? 0 : start + at;
    }
    return found;
  }
  const { places, isOrdinary } = takeValues(bytes, start, end);
  return isOrdinary ? places : undefined;
}

function bytesOf(json: string): EventBytes {
  const bytes = Buffer.from(json);
  return { bytes, start: 0, end: bytes.length };
}

function scratchOf(bytes: number): Buffer {
  if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(bytes);
  return scratch;
}

/** About twenty bytes, for which a loop is faster than a native copy. */
function append(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  let next = at;
  for (let index = start; index < end; index += 1) to[next++] = from[index] ?? 0;
  return next;
}

/** The last organisation, and its column: consecutive events are mostly of one. */
let lastOrg: string | null = null;
let orgColumn = "";
let orgBytes = Buffer.alloc(0);

function noteOrg(orgId: string | null): void {
  if (orgId === lastOrg) return;
  lastOrg = orgId;
  orgColumn = orgId === null ? "" : `,"actor_org_uid":${JSON.stringify(orgId)}`;
  orgBytes = Buffer.from(orgColumn);
}

/** Writes what `headOf` returns. */
function writeHead(record: EncodedEvent, work: Buffer): number {
  const timed = timedBytes(record.time);
  if (timed === undefined) return work.write(headOf(record), 0, "utf8");
  work.set(timed, 0);
  work.set(orgBytes, timed.length);
  return timed.length + orgBytes.length;
}

/** Writes the columns known from the record, as JSON without its end. */
function headOf({ orgId, time, acceptedAt }: EncodedEvent): string {
  noteOrg(orgId);
  return `{"TimeGenerated":"${timeGenerated(time, acceptedAt)}"${orgColumn}`;
}

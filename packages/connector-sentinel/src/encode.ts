import type { EventRecord } from "@arbitex/core";
import { addedColumns, eventColumns } from "./columns.ts";
import { encodeCarefully, MAX_FIELD_BYTES } from "./encode-carefully.ts";
import { createTakeValues } from "./taken-values.ts";
import { createTimeGenerated } from "./time-generated.ts";

/** What an encoder reads of a record. */
export type EncodedPart = Pick<EventRecord, "orgId" | "time" | "acceptedAt" | "json" | "event">;

const COMMA = 0x2c;
/** Any letter of a key may be written so; looking for it costs next to nothing. */
const ESCAPED_ASCII = "\\u00";

const takenColumns = addedColumns.filter(({ path }) => path !== undefined);
const labels = takenColumns.map(({ name }) => Buffer.from(`,"${name}":`));
const LABEL_BYTES = labels.reduce((sum, { length }) => sum + length, 1);
const takeValues = createTakeValues(
  takenColumns,
  eventColumns.map(({ name }) => name),
);
const timeGenerated = createTimeGenerated();

/** The event's bytes and the columns before them, shared by all destinations: nothing in it outlives one call. */
let scratch = Buffer.alloc(0);

/**
 * One row: the event's own JSON, not serialised again, with the added columns before its members. Throws for an event that
 * Azure would cut.
 */
export function encodeRow(record: EncodedPart): Uint8Array {
  const { json } = record;
  const head = headOf(record);
  if (json.length > MAX_FIELD_BYTES || json.includes(ESCAPED_ASCII)) return encodeCarefully(record, head);
  const work = scratchOf(json.length * 3 + head.length * 3 + MAX_FIELD_BYTES + LABEL_BYTES);
  const eventEnd = work.write(json, 0, "utf8");
  if (eventEnd > MAX_FIELD_BYTES) return encodeCarefully(record, head);
  const { places, isOrdinary } = takeValues(work, eventEnd);
  if (!isOrdinary) return encodeCarefully(record, head);

  let at = eventEnd + work.write(head, eventEnd, "utf8");
  for (let index = 0; index < labels.length; index += 1) {
    const end = places[index * 2 + 1] ?? 0;
    const label = labels[index];
    if (end === 0 || label === undefined) continue;
    at = append(work, at, label, 0, label.length);
    at = append(work, at, work, places[index * 2] ?? 0, end);
  }
  work[at++] = COMMA;
  const row = Buffer.allocUnsafe(at - 1);
  work.copy(row, 0, eventEnd, at);
  // Without its opening brace, which the added columns bring.
  work.copy(row, at - eventEnd, 1, eventEnd);
  return row;
}

function scratchOf(bytes: number): Buffer {
  if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(bytes);
  return scratch;
}

/** Some twenty bytes: a loop is done before a native copy has begun. */
function append(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  let next = at;
  for (let index = start; index < end; index += 1) to[next++] = from[index] ?? 0;
  return next;
}

/** The columns that the record itself knows, as JSON without its end. */
function headOf({ orgId, time, acceptedAt }: EncodedPart): string {
  const head = `{"TimeGenerated":"${timeGenerated(time, acceptedAt)}"`;
  return orgId === null ? head : `${head},"actor_org_uid":${JSON.stringify(orgId)}`;
}

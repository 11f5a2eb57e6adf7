import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { ByteWriter, viewOf } from "./disk/byte-writer.ts";
import { readRecord, recordEnd, writeRecord } from "./disk/stored-record.ts";

const WRITER_BYTES = 256 * 1024;

let writer: ByteWriter | undefined;

/** Packs events into bytes, for a store that keeps them elsewhere. Their sequences are part of it. */
export function packEvents(records: readonly AcceptedEvent[]): Buffer {
  writer ??= new ByteWriter(WRITER_BYTES);
  writer.clear();
  for (const record of records) writeRecord(writer, record);
  return Buffer.from(writer.bytes);
}

/** Unpacks the events of `packEvents`. They read from the buffer later on too, and keep it in memory. */
export function unpackEvents(buffer: Buffer): AcceptedEvent[] {
  const bytes = { buffer, view: viewOf(buffer) };
  const records: AcceptedEvent[] = [];
  for (let at = 0; at < buffer.length; at = recordEnd(bytes, at)) records.push(readRecord(bytes, at, buffer, 0));
  return records;
}

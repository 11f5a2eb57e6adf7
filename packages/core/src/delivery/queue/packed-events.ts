import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { ByteWriter, viewOf } from "./disk/byte-writer.ts";
import { readRecord, recordEnd, writeRecord } from "./disk/stored-record.ts";

const WRITER_BYTES = 256 * 1024;

let writer: ByteWriter | undefined;

/** Packs events into bytes, for a store that keeps them elsewhere. Their sequences are part of it. */
export function packEvents(records: readonly AcceptedEvent[]): Buffer {
  return packRuns([records], () => Buffer.alloc(0));
}

/** Packs runs of events behind a head that may tell how many bytes each run has, into memory that `take` gives. */
export function packRuns(
  runs: readonly (readonly AcceptedEvent[])[],
  headOf: (lengths: readonly number[]) => Uint8Array,
  take: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafe(bytes),
): Buffer {
  writer ??= new ByteWriter(WRITER_BYTES);
  writer.clear();
  const lengths: number[] = [];
  for (const records of runs) {
    const start = writer.length;
    for (const record of records) writeRecord(writer, record);
    lengths.push(writer.length - start);
  }
  // The only copy: each more of them costs as much as the packing.
  const head = headOf(lengths);
  const packed = take(head.length + writer.length);
  packed.set(head);
  packed.set(writer.bytes, head.length);
  return packed;
}

/** Unpacks the events of `packEvents`. They read from the buffer later on too, and keep it in memory. */
export function unpackEvents(buffer: Buffer): AcceptedEvent[] {
  const bytes = { buffer, view: viewOf(buffer) };
  const records: AcceptedEvent[] = [];
  for (let at = 0; at < buffer.length; at = recordEnd(bytes, at)) records.push(readRecord(bytes, at, buffer, 0));
  return records;
}

import type { Limits, Sink } from "../../connector/connector.ts";
import type { EncodedPart } from "../../connector/encoded.ts";
import type { Framing } from "../../connector/framing.ts";
import type { BodyPool } from "./body-pool.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { judgeEncoded, thrownText } from "./judge.ts";
import { ofOneKey } from "./select-events.ts";
import { exactBytes, mostBytes, writePart, writeText } from "./write-part.ts";

/** Encoded and framed events in one buffer. */
export interface Packed {
  readonly records: readonly AcceptedEvent[];
  /** Buffer of its size class; the framed body is its first `bytes`. */
  readonly buffer: Buffer;
  readonly bytes: number;
}

export interface PackerOptions {
  readonly framing: Framing;
  readonly limits: Limits;
  readonly sink: Pick<Sink, "encode" | "partitionKey">;
  /** The connector's type, for messages about its encoder. */
  readonly type: string;
  readonly pool: BodyPool;
}

/** An event that fits into no body. */
export interface Unpackable {
  readonly record: AcceptedEvent;
  readonly stage: "encode" | "limit";
  readonly reason: string;
}

export interface PackResult {
  /** Undefined if no event could be packed. */
  readonly packed: Packed | undefined;
  readonly unpackable: readonly Unpackable[];
  /** Events that did not fit, or have another partition key than the first event. */
  readonly rest: readonly AcceptedEvent[];
}

export interface Packer {
  /**
   * Begins to pack records in order, as many as one body may hold. Never exceeds the limits, nor `most` bytes if given,
   * except that a single event may exceed `most`.
   */
  begin(records: readonly AcceptedEvent[], most?: number): Packing;
}

/** A body that is packed a part at a time, so that a large one does not hold up the thread. */
export interface Packing {
  /** Packs about `PART_BYTES` more. Returns undefined if that does not complete the body. */
  goOn(): PackResult | undefined;
}

/** Takes 20 to 100 µs to pack. */
const PART_BYTES = 32 * 1024;

export function createPacker({ framing, limits, sink, type, pool }: PackerOptions): Packer {
  const { prefix = "", separator = "", suffix = "" } = framing;
  const maxEvents = limits.maxBatchEvents ?? Number.POSITIVE_INFINITY;
  const glue = prefix.length + suffix.length;
  // An event larger than our batches gets a body of its own if the SIEM accepts it.
  const maxEventBytes = limits.maxEventBytes ?? limits.maxBatchBytes - glue;
  const maxLoneBytes = Math.max(limits.maxBatchBytes, maxEventBytes + glue);
  let usualBytes = 0;

  function begin(records: readonly AcceptedEvent[], most = limits.maxBatchBytes): Packing {
    const maxBytes = Math.min(limits.maxBatchBytes, most);
    const { alike, others, keyless } = ofOneKey(records, sink, type);
    let buffer = pool.take(usualBytes);
    let at = writeText(prefix, buffer, 0);
    const packed: AcceptedEvent[] = [];
    const unpackable: Unpackable[] = keyless.map(({ record, reason }) => ({ record, stage: "encode", reason }));
    let consumed = 0;

    /** Packs until `at` has reached `partEnd`. Returns whether no further event is to be packed. */
    function packPart(partEnd: number): boolean {
      while (at < partEnd) {
        const record = alike[consumed];
        if (record === undefined || packed.length >= maxEvents) return true;
        const start = packed.length === 0 ? at : at + separator.length;
        let end = start;
        try {
          const encoded = judgeEncoded(sink.encode(record), type);
          buffer = grownFor(encoded, buffer, start + suffix.length, at);
          if (packed.length > 0) writeText(separator, buffer, at);
          for (const part of encoded) end = writePart(part, buffer, end);
        } catch (error) {
          // Valid-looking parts may fail too: a detached buffer, or a start after the end.
          unpackable.push({ record, stage: "encode", reason: thrownText(error) });
          consumed++;
          continue;
        }
        const eventBytes = end - start;

        if (eventBytes > maxEventBytes || eventBytes + glue > maxLoneBytes) {
          const limit = Math.min(maxEventBytes, maxLoneBytes - glue);
          unpackable.push({ record, stage: "limit", reason: `${eventBytes} bytes encoded, the limit is ${limit}` });
          consumed++;
          continue;
        }
        // The first event always fits: alone it may be as large as the SIEM accepts.
        if (packed.length > 0 && end + suffix.length > maxBytes) return true;
        packed.push(record);
        at = end;
        consumed++;
      }
      return false;
    }

    return {
      goOn() {
        if (!packPart(at + PART_BYTES)) return undefined;
        const rest = consumed === alike.length ? others : [...alike.slice(consumed), ...others];
        if (packed.length === 0) {
          pool.give(buffer);
          return { packed: undefined, unpackable, rest };
        }
        const bytes = writeText(suffix, buffer, at);
        usualBytes = bytes;
        return { packed: { records: packed, buffer, bytes }, unpackable, rest };
      },
    };
  }

  /** Returns the buffer, or a larger copy, with space for these parts after `taken` bytes. */
  function grownFor(encoded: readonly EncodedPart[], buffer: Buffer, taken: number, used: number): Buffer {
    let most = taken;
    for (const part of encoded) most += mostBytes(part);
    if (most <= buffer.length) return buffer;
    let exact = taken;
    for (const part of encoded) exact += exactBytes(part);
    if (exact <= buffer.length) return buffer;
    const larger = pool.take(Math.max(exact, buffer.length * 2));
    buffer.copy(larger, 0, 0, used);
    pool.give(buffer);
    return larger;
  }

  return { begin };
}

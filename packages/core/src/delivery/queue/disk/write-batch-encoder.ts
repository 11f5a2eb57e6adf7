import { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { DiskQueue } from "./disk-queue.ts";
import type { Extent } from "./write-batch-frame.ts";
import { appendWriteBatch, extentOf, routeBytes } from "./write-batch-frame.ts";
import type { CachedFrame, Segment } from "./segment.ts";

/** Numbers events and encodes write batches to frames. */
export interface WriteBatchEncoder {
  /** First unused sequence. */
  readonly nextSequence: number;
  encode(
    target: EncodingTarget,
    records: readonly AcceptedEvent[],
    queues: readonly DiskQueue[],
  ): readonly EncodedFrame[];
}

export interface EncodingTarget {
  readonly log: { readonly segment: Segment };
  /** File offset at which the bytes will begin. */
  readonly offset: number;
  readonly bytes: ByteWriter;
}

export interface EncodedFrame {
  readonly cachedFrame: CachedFrame;
  readonly extent: Extent;
  readonly queues: readonly DiskQueue[];
}

/** Frame size: a bad spot costs one frame, and each frame costs a checksum and a list of destinations. */
const FRAME_BYTES = 256 * 1024;

/** Number of cached encoded destination sets. */
const MOST_ROUTES = 1000;

export function createWriteBatchEncoder(firstSequence: number): WriteBatchEncoder {
  const routes = new Map<string, Buffer>();
  let nextSequence = firstSequence;

  function routeOf(queues: readonly DiskQueue[]): Buffer {
    const ids = queues.map(({ destinationId }) => destinationId);
    const key = ids.join("\n");
    let route = routes.get(key);
    if (route === undefined) {
      route = routeBytes(ids);
      // Sets of removed destinations would be kept for ever.
      if (routes.size >= MOST_ROUTES) routes.clear();
      routes.set(key, route);
    }
    return route;
  }

  /** Numbers an event. The same event in two write batches is two events to the store. */
  function numbered(record: AcceptedEvent): AcceptedEvent {
    const own = record.sequence === 0 ? record : new AcceptedEvent(record);
    own.sequence = nextSequence++;
    return own;
  }

  return {
    get nextSequence() {
      return nextSequence;
    },
    encode({ log, offset, bytes }, records, queues) {
      const frames: EncodedFrame[] = [];
      const route = routeOf(queues);
      for (let from = 0; from < records.length; ) {
        const framed: AcceptedEvent[] = [];
        for (let size = 0; from < records.length && size < FRAME_BYTES; from++) {
          const record = records[from];
          if (record === undefined) break;
          framed.push(numbered(record));
          size += record.bytes;
        }
        const extent = extentOf(framed);
        const at = offset + bytes.length;
        appendWriteBatch(bytes, route, framed);
        const cachedFrame = { records: framed, segment: log.segment, offset: at, bytes: extent.bytes, holders: 0 };
        frames.push({ cachedFrame, extent, queues });
      }
      return frames;
    },
  };
}

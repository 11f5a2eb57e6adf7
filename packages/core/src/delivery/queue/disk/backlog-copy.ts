import { ByteWriter } from "./byte-writer.ts";
import { FRAME_HEADER_BYTES, sealFrame } from "./frame.ts";
import type { Extent, WriteBatchFrame } from "./write-batch-frame.ts";
import { beginWriteBatch, extentIn, FRAME_KIND, joined, recordStarts, routeBytes } from "./write-batch-frame.ts";
import { sequenceOf, recordEnd } from "./stored-record.ts";

/** Copies one destination's events from frames that may hold others'. */
export interface BacklogCopy {
  add(frame: WriteBatchFrame): void;
  /** Returns the extent of what was added; undefined if nothing was. */
  extent(): Extent | undefined;
  /** Returns the frames to write, ended by a mark that the pending range between these sequences is complete. */
  finish(firstSequence: number, lastSequence: number): Buffer;
}

const USUAL_BYTES = 64 * 1024;
const FRAME_BYTES = 256 * 1024;

export function createBacklogCopy(destinationId: string, isWanted: (sequence: number) => boolean): BacklogCopy {
  const route = routeBytes([destinationId]);
  const bytes = new ByteWriter(USUAL_BYTES);
  let extent: Extent | undefined;
  let openedAt: number | undefined;

  function closeFrame(): void {
    if (openedAt !== undefined) sealFrame(bytes.bytes, openedAt, bytes.length);
    openedAt = undefined;
  }

  return {
    add(frame) {
      const more = extentIn(frame, isWanted);
      if (more === undefined) return;
      extent = joined(extent, more);
      openedAt ??= beginWriteBatch(bytes, route);
      for (const start of recordStarts(frame)) {
        if (isWanted(sequenceOf(frame, start))) bytes.raw(frame.buffer.subarray(start, recordEnd(frame, start)));
      }
      if (bytes.length - openedAt >= FRAME_BYTES) closeFrame();
    },
    extent: () => extent,
    finish(firstSequence, lastSequence) {
      closeFrame();
      const start = bytes.length;
      bytes.skip(FRAME_HEADER_BYTES);
      bytes.uint8(FRAME_KIND.moved);
      bytes.float64(firstSequence);
      bytes.float64(lastSequence);
      sealFrame(bytes.bytes, start, bytes.length);
      return bytes.bytes;
    },
  };
}

import type { Files, OpenFile } from "../../../files/files.ts";
import { FRAME_KIND, extentIn, kindOf, routeText } from "./write-batch-frame.ts";
import { scanFrames } from "./scan-frames.ts";
import { hasSegmentHeader, SEGMENT_HEADER } from "./segment-file.ts";
import type { IndexEntry } from "./segment-index.ts";
import { createSegmentIndex, readIndex } from "./segment-index.ts";

/** Content of a segment file. */
export interface SegmentReading {
  readonly entries: readonly IndexEntry[];
  /** Number of events of all destinations; known only if the file was read frame by frame. */
  readonly events: number | undefined;
  /** Size of the file. */
  readonly size: number;
  /** Offset after the events. */
  readonly end: number;
  /** Byte ranges without a good frame. */
  readonly bad: readonly Stretch[];
  /** Whether it ends with its index. */
  readonly isSealed: boolean;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Reads a segment by its index if it has one, unless `isThorough`; otherwise frame by frame. */
export async function readSegment(files: Files, path: string, isThorough = false): Promise<SegmentReading> {
  const file = await files.open(path, "read");
  try {
    const size = await file.size();
    if (!(await hasSegmentHeader(file, path, size))) return await scanSegment(file, size, 0);
    const index = await readIndex(file, size);
    if (index === undefined || isThorough) return await scanSegment(file, size, SEGMENT_HEADER.length);
    return { entries: index.entries, events: undefined, size, end: index.offset, bad: [], isSealed: true };
  } finally {
    await file.close();
  }
}

async function scanSegment(file: OpenFile, size: number, from: number): Promise<SegmentReading> {
  const index = createSegmentIndex();
  const bad: Stretch[] = [];
  let end = from;
  let isSealed = false;
  let events = 0;
  await scanFrames({
    file,
    from,
    to: size,
    visit(frame) {
      const kind = kindOf(frame);
      isSealed = kind === FRAME_KIND.index;
      if (kind === FRAME_KIND.writeBatch) {
        const extent = extentIn(frame);
        if (extent !== undefined) index.add(routeText(frame).split("\n"), extent, frame.offset);
        events += extent?.events ?? 0;
      }
      if (kind === FRAME_KIND.moved) {
        const { view, start, next } = frame;
        index.moved(view.getFloat64(start + 1, true), view.getFloat64(start + 9, true), next);
      }
      if (!isSealed) end = frame.next;
      return "go-on";
    },
    onBad(badFrom, to) {
      bad.push({ from: badFrom, to });
    },
  });
  return { entries: index.entries(), events, size, end, bad, isSealed };
}

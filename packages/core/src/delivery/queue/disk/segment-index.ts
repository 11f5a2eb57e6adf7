import { z } from "zod";
import { viewOf } from "./byte-writer.ts";
import type { OpenFile } from "../../../files/files.ts";
import { FRAME_HEADER_BYTES, frameEnd, framed, isFrameIntact } from "./frame.ts";
import type { Extent } from "./write-batch-frame.ts";
import { FRAME_KIND, joined } from "./write-batch-frame.ts";

/** Events of one destination in a segment, settled or not. */
export interface IndexEntry extends Extent {
  readonly destinationId: string;
  /** Start and end in the file; undefined for the end of the file. */
  readonly offset: number;
  readonly end: number | undefined;
  /** In a backlog: first and last sequence of the moved pending range; undefined for an unfinished move. */
  readonly moved: readonly [first: number, last: number] | undefined;
}

/** Collects a segment's entries frame by frame. */
export interface SegmentIndex {
  add(destinationIds: readonly string[], extent: Extent, offset: number): void;
  /** Notes that everything added since the last call is one complete moved range. */
  moved(first: number, last: number, end: number): void;
  entries(): readonly IndexEntry[];
}

export function createSegmentIndex(): SegmentIndex {
  const finished: IndexEntry[] = [];
  let open = new Map<string, IndexEntry>();
  return {
    add(destinationIds, extent, offset) {
      for (const destinationId of destinationIds) {
        const known = open.get(destinationId);
        const where = { destinationId, offset: known?.offset ?? offset, end: undefined, moved: undefined };
        open.set(destinationId, { ...joined(known, extent), ...where });
      }
    },
    moved(first, last, end) {
      for (const entry of open.values()) finished.push({ ...entry, end, moved: [first, last] });
      open = new Map();
    },
    entries: () => [...finished, ...open.values()],
  };
}

const INDEX_MARK = 0x5844_4e49;
const TAIL_BYTES = 8;

// The file calls first and last sequence `places`, as existing files do.
const entriesSchema = z.array(
  z.object({
    destinationId: z.string(),
    offset: z.number(),
    end: z.number().optional(),
    moved: z.tuple([z.number(), z.number()]).optional(),
    events: z.number(),
    bytes: z.number(),
    firstPlace: z.number(),
    lastPlace: z.number(),
    oldestAt: z.number(),
  }),
);

/**
 * Builds the frame that ends a sealed segment. Its own length comes last, so that it is found from the end of the file.
 */
export function indexFrame(entries: readonly IndexEntry[]): Buffer {
  const json = Buffer.from(JSON.stringify(entries.map(written)), "utf8");
  const payload = Buffer.alloc(1 + json.length + TAIL_BYTES);
  payload[0] = FRAME_KIND.index;
  payload.set(json, 1);
  payload.writeUInt32LE(FRAME_HEADER_BYTES + payload.length, payload.length - 8);
  payload.writeUInt32LE(INDEX_MARK, payload.length - 4);
  return framed(payload);
}

function written({ events, bytes, firstSequence, lastSequence, ...rest }: IndexEntry) {
  return { events, bytes, firstPlace: firstSequence, lastPlace: lastSequence, ...rest };
}

export interface FoundIndex {
  readonly entries: readonly IndexEntry[];
  /** Its offset, which is the end of the events. */
  readonly offset: number;
}

/** Reads the index at the end of a segment; undefined if there is no valid one. */
export async function readIndex(file: OpenFile, size: number): Promise<FoundIndex | undefined> {
  if (size < FRAME_HEADER_BYTES + TAIL_BYTES) return undefined;
  const tail = Buffer.alloc(TAIL_BYTES);
  await file.read(tail, size - TAIL_BYTES);
  const length = viewOf(tail).getUint32(0, true);
  if (viewOf(tail).getUint32(4, true) !== INDEX_MARK) return undefined;
  if (length < FRAME_HEADER_BYTES + TAIL_BYTES || length > size) return undefined;
  const bytes = Buffer.alloc(length);
  await file.read(bytes, size - length);
  if (frameEnd(bytes, 0, length) !== length || !isFrameIntact(bytes, 0, length)) return undefined;
  const parsed = entriesSchema.safeParse(
    parseJson(bytes.toString("utf8", FRAME_HEADER_BYTES + 1, length - TAIL_BYTES)),
  );
  if (!parsed.success) return undefined;
  const entries = parsed.data.map(({ end, moved, firstPlace, lastPlace, ...entry }) => {
    return { ...entry, firstSequence: firstPlace, lastSequence: lastPlace, end, moved };
  });
  return { entries, offset: size - length };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

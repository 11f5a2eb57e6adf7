import { viewOf } from "./byte-writer.ts";
import type { OpenFile } from "../../../files/files.ts";
import { FRAME_HEADER_BYTES, frameEnd, isFrameIntact, nextMark } from "./frame.ts";
import type { WriteBatchFrame } from "./write-batch-frame.ts";

export interface ScanOptions {
  readonly file: OpenFile;
  /** Offsets in the file. */
  readonly from: number;
  readonly to: number;
  /** Called with each good frame; `stop` ends the scan after it. The buffer is valid only during the call. */
  readonly visit: (frame: FoundFrame) => "go-on" | "stop";
  /** Called with each byte range without a good frame. */
  readonly onBad: (from: number, to: number) => void;
  /** Buffer to reuse between scans. */
  readonly scratch?: Buffer;
  /** Called before each frame; the scan goes on once its promise resolves. */
  readonly pause?: () => Promise<void> | undefined;
}

export interface FoundFrame extends WriteBatchFrame {
  /** Offsets of the frame, including its header. */
  readonly offset: number;
  readonly next: number;
}

export const SCAN_BYTES = 1024 * 1024;

/**
 * Reads consecutive frames in large reads, and continues after a bad one with the next good one. Verifies the checksum
 * even of unwanted frames: one wrong bit in a length would skip others.
 */
export async function scanFrames(options: ScanOptions): Promise<number> {
  const { file, from, visit, onBad, pause } = options;
  let { to } = options;
  let buffer = options.scratch ?? Buffer.allocUnsafe(Math.min(SCAN_BYTES, Math.max(FRAME_HEADER_BYTES, to - from)));
  let view = viewOf(buffer);
  /** File offset of the buffer's first byte. */
  let base = from;
  let at = 0;
  let filled = 0;
  let badFrom: number | undefined;

  /** Loads at least `count` bytes after `at`, or all that are left. */
  async function load(count: number): Promise<void> {
    if (filled - at >= count || base + filled >= to) return;
    const target = count <= buffer.length ? buffer : Buffer.allocUnsafe(count);
    buffer.copy(target, 0, at, filled);
    filled -= at;
    base += at;
    at = 0;
    if (target !== buffer) {
      buffer = target;
      view = viewOf(buffer);
    }
    const wanted = Math.min(buffer.length - filled, to - base - filled);
    const more = await file.read(buffer.subarray(filled, filled + wanted), base + filled);
    filled += more;
    // The file is shorter than expected.
    if (more < wanted) to = base + filled;
  }

  async function frameHere(): Promise<FoundFrame | undefined> {
    await load(FRAME_HEADER_BYTES);
    if (to - base - at < FRAME_HEADER_BYTES) return undefined;
    const length = (frameEnd(buffer, at, to - base) ?? at) - at;
    if (length === 0) return undefined;
    await load(length);
    if (filled - at < length) return undefined;
    if (!isFrameIntact(buffer, at, at + length)) return undefined;
    const offset = base + at;
    return { buffer, view, start: at + FRAME_HEADER_BYTES, end: at + length, offset, next: offset + length };
  }

  /** Skips to the next byte that may begin a frame. */
  async function skipBad(): Promise<void> {
    badFrom ??= base + at;
    at++;
    while (base + at < to) {
      await load(FRAME_HEADER_BYTES);
      const mark = nextMark(buffer, at, filled);
      at = mark ?? Math.max(at, filled - MARK_OVERLAP);
      if (mark !== undefined) return;
      if (base + filled >= to) at = to - base;
    }
  }

  while (base + at < to) {
    await pause?.();
    const frame = await frameHere();
    if (frame === undefined) {
      await skipBad();
      continue;
    }
    if (badFrom !== undefined) onBad(badFrom, frame.offset);
    badFrom = undefined;
    at = frame.next - base;
    if (visit(frame) === "stop") return frame.next;
  }
  if (badFrom !== undefined) onBad(badFrom, options.to);
  return options.to;
}

/** A four-byte mark may be split by the end of the buffer. */
const MARK_OVERLAP = 3;

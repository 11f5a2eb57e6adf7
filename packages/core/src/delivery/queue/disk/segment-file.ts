import { SiemError } from "../../../errors.ts";
import type { Files, OpenFile, SafeFile } from "../../../files/files.ts";
import { scanFrames } from "./scan-frames.ts";
import type { Segment } from "./segment.ts";
import type { SegmentIndex } from "./segment-index.ts";
import { indexFrame } from "./segment-index.ts";

/**
 * First line of every segment. Another version of the format has another line; the next version that one wrong bit
 * cannot produce is 2.
 */
export const SEGMENT_HEADER = Buffer.from("arbitex-queue 1\n", "latin1");

/** Creates a segment file and syncs its name. The header is written with the first data. */
export async function createSegmentFile(files: Files, folder: string, path: string): Promise<SafeFile> {
  const file = await files.createSafe(path);
  try {
    await files.syncFolder(folder);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Returns whether a file begins like a segment. Throws for a segment of another version. If only one bit of the version
 * differs, or good frames follow, the digit is damaged and the file is of this version.
 */
export async function hasSegmentHeader(file: OpenFile, path: string, size: number): Promise<boolean> {
  const header = Buffer.alloc(SEGMENT_HEADER.length);
  const length = await file.read(header, 0);
  if (length === header.length && header.equals(SEGMENT_HEADER)) return true;
  const [, version] = /^arbitex-queue (\d+)\n/.exec(header.toString("latin1")) ?? [];
  if (version === undefined || isOneBitOff(header) || (await hasGoodFrame(file, size))) return false;
  throw new SiemError(
    "SIEM_QUEUE_FORMAT",
    `${path} was written in version ${version} of the queue's format, and this release reads version 1. ` +
      "Start the release that wrote it and let it deliver what is queued, or give another folder.",
  );
}

function isOneBitOff(header: Buffer): boolean {
  let bits = 0;
  for (const [at, byte] of header.entries()) {
    for (let rest = byte ^ (SEGMENT_HEADER[at] ?? 0); rest > 0; rest &= rest - 1) bits++;
  }
  return bits === 1;
}

/** Returns whether a good frame exists: another version has another mark before each frame. */
async function hasGoodFrame(file: OpenFile, size: number): Promise<boolean> {
  let isFound = false;
  await scanFrames({
    file,
    from: SEGMENT_HEADER.length,
    to: size,
    visit() {
      isFound = true;
      return "stop";
    },
    onBad() {},
  });
  return isFound;
}

/** Ends the file with its index. Without it, the next start reads the file from end to end. */
export async function writeIndex(file: OpenFile, { size }: Segment, index: SegmentIndex): Promise<void> {
  try {
    await file.write(indexFrame(index.entries()), size);
    await file.sync();
  } catch (error) {
    await file.truncate(size).catch(() => undefined);
    throw error;
  } finally {
    await file.close().catch(() => undefined);
  }
}

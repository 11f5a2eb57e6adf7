import { SiemError } from "../../../errors.ts";
import type { Files, OpenFile, SafeFile } from "../../../files/files.ts";
import { scanFrames } from "./scan-frames.ts";
import type { Segment } from "./segment.ts";
import type { SegmentIndex } from "./segment-index.ts";
import { indexFrame } from "./segment-index.ts";

/** Every segment begins with this. Another version of the format is another line; the next one that a bit cannot make is 2. */
export const SEGMENT_HEADER = Buffer.from("arbitex-queue 1\n", "latin1");

/** Creates the file and its name, safe on the disk. Its header is part of what is written first. */
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
 * Whether a file begins as a segment does. Throws for a segment of another version of this library, which is told from a
 * damaged version digit: where the digit is wrong by a bit, or good frames follow, the file is one of this version.
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

/** Another version of the format is another line, and another mark before each frame. */
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

/** Closes the file with its index. Without it, it would be read from end to end at the next start, and that is all. */
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

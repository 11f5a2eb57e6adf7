import { SiemError } from "../../errors.ts";
import type { Files, OpenFile, SafeFile } from "./files.ts";
import type { Segment } from "./segment.ts";
import type { SegmentIndex } from "./segment-index.ts";
import { indexFrame } from "./segment-index.ts";

/** Every segment begins with this. Another version of the format is another line. */
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

/** Whether a file begins as a segment does. Throws for a segment of another version of this library. */
export async function hasSegmentHeader(file: OpenFile, path: string): Promise<boolean> {
  const header = Buffer.alloc(SEGMENT_HEADER.length);
  const length = await file.read(header, 0);
  if (length === header.length && header.equals(SEGMENT_HEADER)) return true;
  const [, version] = /^arbitex-queue (\d+)\n/.exec(header.toString("latin1")) ?? [];
  if (version === undefined) return false;
  throw new SiemError(
    "SIEM_QUEUE_FORMAT",
    `${path} was written in version ${version} of the queue's format, and this release reads version 1. ` +
      "Start the release that wrote it and let it deliver what is queued, or give another folder.",
  );
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

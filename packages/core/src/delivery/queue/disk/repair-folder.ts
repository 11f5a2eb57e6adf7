import { join } from "node:path";
import type { Files, OpenFile } from "../../../files/files.ts";
import { FRAME_KIND, kindOf } from "./write-batch-frame.ts";
import { segmentFiles } from "./read-folder.ts";
import type { SegmentReading, Stretch } from "./read-segment.ts";
import { readSegment } from "./read-segment.ts";
import { scanFrames } from "./scan-frames.ts";
import { SEGMENT_HEADER } from "./segment-file.ts";

/** A repair of one file, after which it is readable from end to end. */
export interface Repair {
  readonly path: string;
  readonly kind: /** Its end was written only in part and never acknowledged: cut off. */
    | "cut"
    /** Parts are unreadable: it is kept as `.bad`, and its good frames were copied. */
    | "set-aside"
    /** It was empty. */
    | "removed";
  /** Number of unreadable bytes. */
  readonly bytes: number;
}

/**
 * Makes every segment readable from end to end. Truncates a torn end; sets aside a segment with bad data before good
 * frames and copies the good ones. Can be interrupted and repeated.
 */
export async function repairFolder(files: Files, folder: string, isThorough = false): Promise<readonly Repair[]> {
  await finishInterrupted(files, folder);
  const repairs: Repair[] = [];
  for (const { path } of await segmentFiles(files, folder)) {
    const repair = await repairSegment(files, folder, path, await readSegment(files, path, isThorough));
    if (repair !== undefined) repairs.push(repair);
  }
  return repairs;
}

const COPY_ENDING = ".new";

/** Finishes interrupted repairs: a copy is complete before the bad file is moved, so a copy without it replaces it. */
async function finishInterrupted(files: Files, folder: string): Promise<void> {
  const names = await files.names(folder);
  for (const name of names.filter((other) => other.endsWith(COPY_ENDING))) {
    const target = name.slice(0, -COPY_ENDING.length);
    const path = join(folder, name);
    if (names.includes(target) || target === "acks") await files.remove(path);
    else await files.rename(path, join(folder, target));
  }
  await files.syncFolder(folder);
}

async function repairSegment(
  files: Files,
  folder: string,
  path: string,
  { size, end, bad, entries, isSealed }: SegmentReading,
): Promise<Repair | undefined> {
  const bytes = bad.reduce((sum, { from, to }) => sum + to - from, 0);
  const hasHeader = bad[0]?.from !== 0;
  const isTorn = bad.length === 1 && bad[0]?.to === size && !isSealed && (hasHeader || size <= SEGMENT_HEADER.length);
  if (entries.length === 0 && (bad.length === 0 || isTorn)) {
    await files.remove(path);
    return { path, kind: "removed", bytes };
  }
  if (bad.length === 0) return undefined;
  if (isTorn) {
    await cut(files, path, end);
    return { path, kind: "cut", bytes };
  }
  try {
    await copyTo(files, path, (source, target) => copyFrames(source, size, target));
  } catch {
    // Probably a full disk. The file stays, is read around its bad spots, and is repaired at another start.
    await files.remove(`${path}${COPY_ENDING}`);
    return undefined;
  }
  await files.rename(path, await freeName(files, folder, path));
  await files.rename(`${path}${COPY_ENDING}`, path);
  await files.syncFolder(folder);
  return { path, kind: "set-aside", bytes };
}

async function cut(files: Files, path: string, end: number): Promise<void> {
  const file = await files.open(path, "change");
  try {
    await file.truncate(end);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Replaces the newest unsealed log by a copy: an earlier process that was suspended may still write to its file, which
 * is then unlinked.
 */
export async function detachLog(files: Files, folder: string): Promise<void> {
  await finishInterrupted(files, folder);
  const newest = (await segmentFiles(files, folder)).findLast(({ kind }) => kind === "log");
  if (newest === undefined) return;
  const { path } = newest;
  const { isSealed, size } = await readSegment(files, path);
  if (isSealed) return;
  try {
    await copyTo(files, path, (source, target) => copyBytes(source, { from: 0, to: size }, target, 0));
  } catch (error) {
    await files.remove(`${path}${COPY_ENDING}`);
    throw error;
  }
  await files.rename(`${path}${COPY_ENDING}`, path);
  await files.syncFolder(folder);
}

async function copyTo(
  files: Files,
  path: string,
  copy: (source: OpenFile, target: OpenFile) => Promise<void>,
): Promise<void> {
  const source = await files.open(path, "read");
  try {
    const target = await files.open(`${path}${COPY_ENDING}`, "create");
    try {
      await copy(source, target);
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

const COPY_BYTES = 1024 * 1024;

async function copyFrames(source: OpenFile, size: number, target: OpenFile): Promise<void> {
  const stretches: { from: number; to: number }[] = [];
  await scanFrames({
    file: source,
    from: 0,
    to: size,
    visit(frame) {
      // The index has the old offsets.
      if (kindOf(frame) === FRAME_KIND.index) return "go-on";
      const last = stretches.at(-1);
      if (last?.to === frame.offset) last.to = frame.next;
      else stretches.push({ from: frame.offset, to: frame.next });
      return "go-on";
    },
    onBad() {},
  });
  await target.write(SEGMENT_HEADER, 0);
  let at = SEGMENT_HEADER.length;
  for (const { from, to } of stretches) {
    await copyBytes(source, { from, to }, target, at);
    at += to - from;
  }
}

async function copyBytes(source: OpenFile, { from, to }: Stretch, target: OpenFile, at: number): Promise<void> {
  for (let position = from; position < to; position += COPY_BYTES) {
    const bytes = Buffer.alloc(Math.min(COPY_BYTES, to - position));
    await source.read(bytes, position);
    await target.write(bytes, at + position - from);
  }
}

async function freeName(files: Files, folder: string, path: string): Promise<string> {
  const names = await files.names(folder);
  for (let count = 1; ; count++) {
    const name = count === 1 ? `${path}.bad` : `${path}.${count}.bad`;
    if (!names.some((other) => join(folder, other) === name)) return name;
  }
}

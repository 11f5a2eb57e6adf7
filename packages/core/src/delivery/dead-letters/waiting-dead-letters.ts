import type { Stats } from "node:fs";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { isMissing } from "../../files/error-code.ts";
import { deadLetterFilesOf, linesOf } from "./dead-letter-file.ts";
import { marksPathOf } from "./replay-marks.ts";

/** Counts of dead letters neither replayed nor purged, by destination and stage. Zero counts are left out. */
export type WaitingCounts = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** A counter of waiting dead letters. */
export interface WaitingDeadLetters {
  /** Reads what any process has written since the last call, and resolves to the counts. */
  counts(): Promise<WaitingCounts>;
}

/** Read position in a file, after a complete line. */
interface Place {
  readonly inode: string;
  offset: number;
}

/** A counted file is gone, shorter or replaced, so that its content is unknown. */
class Moved extends Error {}

/**
 * Counts waiting dead letters of growing files. A call costs what was written since the last one; only a deleted or
 * truncated file requires a new count.
 *
 * `pathsOf` returns the files being written; rotated files are found beside them.
 */
export function createWaitingDeadLetters(pathsOf: () => Promise<readonly string[]>): WaitingDeadLetters {
  /** Positions in dead-letter files by inode, which rotation keeps. */
  let deadLetters = new Map<string, Place>();
  /** Positions in marks files by the path of the dead letters; undefined before the first mark. */
  let marks = new Map<string, Place | undefined>();
  let counts = new Map<string, Map<string, number>>();
  let reading: Promise<WaitingCounts> | undefined;

  async function read(): Promise<WaitingCounts> {
    try {
      await readOn();
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      deadLetters = new Map();
      marks = new Map();
      counts = new Map();
      await readOn();
    }
    return snapshotOf(counts);
  }

  async function readOn(): Promise<void> {
    const seen = new Set<string>();
    for (const path of await pathsOf()) {
      if (marks.has(path)) {
        await readDeadLetters(path, seen);
        await readMarks(path);
      } else await readFirst(path, seen);
    }
    for (const inode of deadLetters.keys()) if (!seen.has(inode)) throw new Moved();
  }

  /** Reads marks first: a marked dead letter does not wait. */
  async function readFirst(path: string, seen: Set<string>): Promise<void> {
    const marksPath = marksPathOf(path);
    const found = await statOf(marksPath);
    const place = found && { inode: inodeOf(found), offset: 0 };
    const settled = new Set<string>();
    if (found !== undefined && place !== undefined) {
      for await (const { id } of entriesOf(marksPath, place, found.size, markSchema)) settled.add(id);
    }
    await readDeadLetters(path, seen, (id) => settled.has(id));
    marks.set(path, place);
  }

  async function readDeadLetters(
    path: string,
    seen: Set<string>,
    isSettled: (id: string) => boolean = () => false,
  ): Promise<void> {
    for (const file of await deadLetterFilesOf(path)) {
      const found = await statOf(file);
      if (found === undefined) continue;
      const inode = inodeOf(found);
      seen.add(inode);
      const place = deadLetters.get(inode) ?? { inode, offset: 0 };
      deadLetters.set(inode, place);
      for await (const { id, destination, stage } of entriesOf(file, place, found.size, deadLetterSchema)) {
        if (!isSettled(id)) add(destination, stage, 1);
      }
    }
  }

  /** Reads marks. The first mark of a dead letter names its count. */
  async function readMarks(path: string): Promise<void> {
    const marksPath = marksPathOf(path);
    const found = await statOf(marksPath);
    let place = marks.get(path);
    if (place !== undefined && (found === undefined || inodeOf(found) !== place.inode)) throw new Moved();
    if (found === undefined) return;
    place ??= { inode: inodeOf(found), offset: 0 };
    marks.set(path, place);
    for await (const { destination, stage } of entriesOf(marksPath, place, found.size, firstMarkSchema)) {
      add(destination, stage, -1);
    }
  }

  function add(destination: string, stage: string, count: number): void {
    let stages = counts.get(destination);
    if (stages === undefined) {
      stages = new Map();
      counts.set(destination, stages);
    }
    stages.set(stage, (stages.get(stage) ?? 0) + count);
  }

  return {
    counts() {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}

function snapshotOf(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): WaitingCounts {
  const snapshot = new Map<string, Readonly<Record<string, number>>>();
  for (const [destination, stages] of counts) {
    const waiting = [...stages].filter(([, count]) => count > 0);
    if (waiting.length > 0) snapshot.set(destination, Object.fromEntries(waiting));
  }
  return snapshot;
}

const deadLetterSchema = z.object({ id: z.string(), destination: z.string(), stage: z.string() });
const firstMarkSchema = z.object({ destination: z.string(), stage: z.string() });
const markSchema = z.object({ id: z.string() });

/** Reads complete lines from a position. An unreadable line counts as nothing, as in the list of dead letters. */
async function* entriesOf<Entry>(
  path: string,
  place: Place,
  size: number,
  schema: z.ZodType<Entry>,
): AsyncGenerator<Entry> {
  if (size < place.offset) throw new Moved();
  if (size === place.offset) return;
  for await (const line of linesOf(createReadStream(path, { start: place.offset, end: size - 1 }))) {
    // The last line may still be being written.
    if (!line.isWhole) return;
    place.offset += line.bytes.length + 1;
    const entry = entryOf(line.bytes, schema);
    if (entry !== undefined) yield entry;
  }
}

/** Parses a line without its event, which is last and by far the largest part. */
function entryOf<Entry>(line: Buffer, schema: z.ZodType<Entry>): Entry | undefined {
  const event = line.indexOf(EVENT_KEY);
  try {
    return schema.safeParse(JSON.parse(event < 0 ? line.toString() : `${line.toString("utf8", 0, event)}}`)).data;
  } catch {
    return undefined;
  }
}

const EVENT_KEY = ',"event":';

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Includes the birth time, since a new file may get a deleted file's inode. */
function inodeOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}

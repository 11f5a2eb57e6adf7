import type { Stats } from "node:fs";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { deadLetterFilesOf, linesOf } from "./dead-letter-file.ts";
import { marksPathOf } from "./replay-marks.ts";

/** Dead letters that are neither replayed nor purged: by destination, and by stage. Those without any are left out. */
export type WaitingCounts = ReadonlyMap<string, Readonly<Record<string, number>>>;

export interface WaitingDeadLetters {
  /** Reads what was written since the last call, by this process or another, and resolves to the counts. */
  counts(): Promise<WaitingCounts>;
}

/** How far a file has been read, in whole lines. */
interface Place {
  readonly inode: string;
  offset: number;
}

/** A file that was counted is gone, shorter, or another one: what it held is not known any more. */
class Moved extends Error {}

/**
 * Counts the waiting dead letters of files that grow. A call costs what was written since the one before; only a file that
 * was deleted or cut makes it count anew from the beginning.
 *
 * `pathsOf` names the files that are written to; those that were set aside are found beside them.
 */
export function createWaitingDeadLetters(pathsOf: () => Promise<readonly string[]>): WaitingDeadLetters {
  /** Of dead letters, by inode: a file that is set aside keeps it. */
  let deadLetters = new Map<string, Place>();
  /** By the path of the dead letters. Undefined inside: there was no mark yet. */
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

  /** Marks first: a dead letter that has one does not wait. */
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

  /** The first mark of a dead letter says which count the dead letter is in. */
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

/**
 * What whole lines say from a place on. A line that cannot be read counts as nothing, as in the list of dead letters.
 */
async function* entriesOf<Entry>(
  path: string,
  place: Place,
  size: number,
  schema: z.ZodType<Entry>,
): AsyncGenerator<Entry> {
  if (size < place.offset) throw new Moved();
  if (size === place.offset) return;
  for await (const line of linesOf(createReadStream(path, { start: place.offset, end: size - 1 }))) {
    // The last one may still be written.
    if (!line.isWhole) return;
    place.offset += line.bytes.length + 1;
    const entry = entryOf(line.bytes, schema);
    if (entry !== undefined) yield entry;
  }
}

/** The event stands last and is not looked at: it is by far the most of a line. */
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
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** With its time of birth: a deleted file's number is given to the next one. */
function inodeOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}

import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { isMissing } from "../../files/error-code.ts";
import type { DeadLetterFileKind } from "./dead-letter-file-names.ts";
import { deadLetterFileKindOf } from "./dead-letter-file-names.ts";

/** A dead letter as read from where it is stored. */
export interface StoredDeadLetter {
  readonly id: string;
  readonly destination: string;
  readonly type: string;
  readonly orgId: string | null;
  readonly eventId: string;
  readonly stage: string;
  readonly reason: string;
  readonly attempts: number;
  readonly ambiguous: boolean;
  /** ISO 8601; null if it was never sent. */
  readonly firstAttemptAt: string | null;
  readonly deadLetteredAt: string;
  /** The event's JSON text, byte for byte as accepted. */
  readonly event: string;
  /** Its file and line number, from 1; in another store its name, and 0. */
  readonly file: string;
  readonly line: number;
}

/** One line of a dead-letter file. */
export type DeadLetterLine =
  | { readonly kind: "dead-letter"; readonly deadLetter: StoredDeadLetter }
  /** Torn by a crash or edited by hand. It does not affect the lines around it. */
  | { readonly kind: "unreadable"; readonly file: string; readonly line: number; readonly reason: string };

/**
 * Reads every dead letter of a file and of its rotated and moved files, oldest first. Each is read once, since a moved
 * file may also have been copied. Dead letters appended meanwhile are left for the next read.
 */
export async function* readDeadLetters(path: string): AsyncGenerator<DeadLetterLine> {
  // Note all sizes first: a dead letter caused by the reader must not be read by it, or it would never end.
  const files: { readonly file: string; readonly size: number }[] = [];
  const { aside, moved } = await filesBeside(path);
  for (const file of [...moved, ...aside, path]) {
    const size = await sizeOf(file);
    if (size > 0) files.push({ file, size });
  }
  const seen = new Set<string>();
  for (const { file, size } of files) {
    for await (const line of readFile(file, size)) {
      if (moved.length > 0 && line.kind === "dead-letter") {
        if (seen.has(line.deadLetter.id)) continue;
        seen.add(line.deadLetter.id);
      }
      yield line;
    }
  }
}

/** Returns the rotated and moved files, and then the one being written, which need not exist. */
export async function deadLetterFilesOf(path: string): Promise<readonly string[]> {
  const { aside, moved } = await filesBeside(path);
  return [...moved, ...aside, path];
}

/** Returns the rotated files, oldest first. */
export async function asideFilesOf(path: string): Promise<readonly string[]> {
  return (await filesBeside(path)).aside;
}

/** Returns files that may hold dead letters but are not read: compressed, or copied under an unknown name. */
export async function unreadFilesOf(path: string): Promise<readonly string[]> {
  return (await filesBeside(path)).unread;
}

async function filesBeside(path: string): Promise<Readonly<Record<DeadLetterFileKind, readonly string[]>>> {
  const name = basename(path);
  const files: Record<DeadLetterFileKind, string[]> = { aside: [], moved: [], unread: [] };
  for (const other of (await namesIn(dirname(path))).toSorted()) {
    const kind = deadLetterFileKindOf(other, name);
    if (kind !== undefined) files[kind].push(join(dirname(path), other));
  }
  return files;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function* readFile(file: string, size: number): AsyncGenerator<DeadLetterLine> {
  let number = 0;
  for await (const { bytes } of linesOf(createReadStream(file, { end: size - 1, highWaterMark: CHUNK_BYTES }))) {
    const text = bytes.toString();
    number++;
    if (text.trim() !== "") yield readLine(text, file, number);
  }
}

const LINE_FEED = 10;
const CHUNK_BYTES = 256 * 1024;

export interface Line {
  readonly bytes: Buffer;
  /** Whether it ends with a line feed. */
  readonly isWhole: boolean;
}

/**
 * Splits chunks into lines. `readline` would also split at U+2028, which an event may hold. The last line may be empty.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      parts.push(chunk.subarray(start, end));
      yield { bytes: Buffer.concat(parts), isWhole: true };
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
  yield { bytes: Buffer.concat(parts), isWhole: false };
}

const lineSchema = z.looseObject({
  id: z.string().min(1),
  destination: z.string(),
  type: z.string(),
  org_id: z.string().nullable(),
  event_id: z.string(),
  stage: z.string(),
  reason: z.string(),
  attempts: z.number(),
  ambiguous: z.boolean(),
  first_attempt_at: z.string().nullable(),
  dead_lettered_at: z.string(),
  event: z.looseObject({}),
});

function readLine(text: string, file: string, line: number): DeadLetterLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "unreadable", file, line, reason: "it is not whole JSON: the writing of it was interrupted" };
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      kind: "unreadable",
      file,
      line,
      reason: `it is no dead letter: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
    };
  }
  const { org_id, event_id, first_attempt_at, dead_lettered_at, event, ...deadLetter } = parsed.data;
  const { id, destination, type, stage, reason, attempts, ambiguous } = deadLetter;
  const common = { id, destination, type, stage, reason, attempts, ambiguous, file, line };
  const times = { firstAttemptAt: first_attempt_at, deadLetteredAt: dead_lettered_at };
  return {
    kind: "dead-letter",
    deadLetter: { ...common, ...times, orgId: org_id, eventId: event_id, event: eventText(text, event) },
  };
}

/** Returns the event's text, the last member of a line: parsing and serialising would turn 39.0 into 39. */
function eventText(line: string, event: object): string {
  const start = line.indexOf(EVENT_KEY);
  const text = line.slice(start + EVENT_KEY.length, line.lastIndexOf("}"));
  return start > 0 && isJson(text) ? text : JSON.stringify(event);
}

// Within a string the quotes would be escaped, so this is always the key.
const EVENT_KEY = ',"event":';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { DeadLetterFileKind } from "./dead-letter-file-names.ts";
import { deadLetterFileKindOf } from "./dead-letter-file-names.ts";

/** A dead letter as it was read back. */
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
  /** ISO 8601; null when it was never sent. */
  readonly firstAttemptAt: string | null;
  readonly deadLetteredAt: string;
  /** The event's JSON text, byte for byte as it was accepted. */
  readonly event: string;
  /** The file it was found in, and the line there, from 1. */
  readonly file: string;
  readonly line: number;
}

/** What a line of a dead-letter file holds. */
export type DeadLetterLine =
  | { readonly kind: "dead-letter"; readonly deadLetter: StoredDeadLetter }
  /** Torn by a crash, or edited by hand. The dead letters around it are not touched by that. */
  | { readonly kind: "unreadable"; readonly file: string; readonly line: number; readonly reason: string };

/**
 * Every dead letter of a dead-letter file, and of the files that were set aside or moved, oldest first, each once: what
 * was
 * moved may also have been copied. Dead letters that are appended while it is read are left for the next time.
 */
export async function* readDeadLetters(path: string): AsyncGenerator<DeadLetterLine> {
  // All sizes first: a dead letter that a reader's own doing causes must not be read by it, or it would go on for ever.
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

/** The files that were moved or set aside, and then the one that is written to; it need not exist. */
export async function deadLetterFilesOf(path: string): Promise<readonly string[]> {
  const { aside, moved } = await filesBeside(path);
  return [...moved, ...aside, path];
}

/** The files that were set aside because they had grown too large, oldest first. */
export async function asideFilesOf(path: string): Promise<readonly string[]> {
  return (await filesBeside(path)).aside;
}

/** Files beside that may hold dead letters, and are not read: packed, or copied under a name that says nothing. */
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

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
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
  /** It ends with a line feed. */
  readonly isWhole: boolean;
}

/** Not by readline: it also ends a line at U+2028, which may stand in an event. The last line may be empty. */
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

/** The event stands last in a line of ours; parsing and writing it again would turn 39.0 into 39. */
function eventText(line: string, event: object): string {
  const start = line.indexOf(EVENT_KEY);
  const text = line.slice(start + EVENT_KEY.length, line.lastIndexOf("}"));
  return start > 0 && isJson(text) ? text : JSON.stringify(event);
}

// Within a string the quotes would be escaped, so this is always a key.
const EVENT_KEY = ',"event":';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import type { DeadLetter } from "./dead-letter.ts";
import { deadLetterLine } from "./dead-letter-line.ts";

/** Dead letters of one call, and when it was made. */
export interface DeadLetterCall {
  readonly deadLetters: readonly DeadLetter[];
  readonly at: number;
}

const CHUNK_CHARS = 1024 * 1024;

/**
 * The lines of dead letters in chunks of about a megabyte. All of a full queue's in one text is more than a text may
 * have.
 */
export function* deadLetterChunks(calls: readonly DeadLetterCall[]): Generator<Buffer> {
  let lines = "";
  for (const { deadLetters, at } of calls) {
    for (const deadLetter of deadLetters) {
      lines += deadLetterLine(deadLetter, at);
      if (lines.length < CHUNK_CHARS) continue;
      yield Buffer.from(lines);
      lines = "";
    }
  }
  if (lines !== "") yield Buffer.from(lines);
}

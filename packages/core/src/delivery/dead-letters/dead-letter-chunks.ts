import type { DeadLetter } from "./dead-letter.ts";
import { deadLetterLine } from "./dead-letter-line.ts";

/** Dead letters of one call, with its time. */
export interface DeadLetterCall {
  readonly deadLetters: readonly DeadLetter[];
  /** Their ids, in order. A line that is written again keeps its id, so that readers take both for one. */
  readonly ids: readonly string[];
  readonly at: number;
}

const CHUNK_CHARS = 1024 * 1024;

/**
 * Writes the lines of dead letters in chunks of about a megabyte. Those of a full queue together may exceed the largest
 * string.
 */
export function* deadLetterChunks(calls: readonly DeadLetterCall[]): Generator<Buffer> {
  let lines = "";
  for (const { deadLetters, ids, at } of calls) {
    for (const [index, deadLetter] of deadLetters.entries()) {
      lines += deadLetterLine(deadLetter, ids[index] ?? "", at);
      if (lines.length < CHUNK_CHARS) continue;
      yield Buffer.from(lines);
      lines = "";
    }
  }
  if (lines !== "") yield Buffer.from(lines);
}

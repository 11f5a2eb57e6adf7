import type { DeadLetter } from "./dead-letter.ts";
import { deadLetterLine } from "./dead-letter-line.ts";

/** Letters of one call, and when it was made. */
export interface LetterCall {
  readonly letters: readonly DeadLetter[];
  readonly at: number;
}

const PIECE_CHARS = 1024 * 1024;

/** The lines of letters in pieces of about a megabyte. All of a full queue's in one text is more than a text may have. */
export function* letterPieces(calls: readonly LetterCall[]): Generator<Buffer> {
  let lines = "";
  for (const { letters, at } of calls) {
    for (const letter of letters) {
      lines += deadLetterLine(letter, at);
      if (lines.length < PIECE_CHARS) continue;
      yield Buffer.from(lines);
      lines = "";
    }
  }
  if (lines !== "") yield Buffer.from(lines);
}

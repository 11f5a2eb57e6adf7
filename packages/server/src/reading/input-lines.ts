import { isUtf8 } from "node:buffer";

/** A line of input, blank or not: its text, or why it has none. */
export type InputLine =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "too-long"; readonly bytes: number }
  | { readonly kind: "not-utf8" };

const LINE_FEED = 0x0a;
const BOM = "\ufeff";

/**
 * Splits an input into all its lines, in batches. A line feed ends a line, so one at the very end does not begin
 * another. A line of more than `maxLineBytes` is never held in memory as a whole.
 */
export async function* inputLines(
  chunks: AsyncIterable<Buffer>,
  { maxLineBytes }: { readonly maxLineBytes: number },
): AsyncGenerator<readonly InputLine[]> {
  /** Chunks of the unfinished line. Empty when it is already too long. */
  let parts: Buffer[] = [];
  let partBytes = 0;
  let isFirst = true;

  function keep(part: Buffer): void {
    partBytes += part.length;
    if (partBytes > maxLineBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  }

  function endKept(): InputLine {
    const line = partBytes > maxLineBytes ? tooLong(partBytes) : lineOf(Buffer.concat(parts));
    const isMarked = isFirst && line.kind === "text" && line.text.startsWith(BOM);
    parts = [];
    partBytes = 0;
    isFirst = false;
    return isMarked ? { kind: "text", text: line.text.slice(BOM.length) } : line;
  }

  for await (const chunk of chunks) {
    const firstEnd = chunk.indexOf(LINE_FEED);
    if (firstEnd < 0) {
      keep(chunk);
      continue;
    }
    const lastEnd = chunk.lastIndexOf(LINE_FEED);
    keep(chunk.subarray(0, firstEnd));
    const lines = [endKept()];
    if (lastEnd > firstEnd)
      for (const line of wholeLines(chunk.subarray(firstEnd + 1, lastEnd), maxLineBytes)) lines.push(line);
    yield lines;
    keep(chunk.subarray(lastEnd + 1));
  }
  if (partBytes > 0) yield [endKept()];
}

function wholeLines(bytes: Buffer, maxLineBytes: number): readonly InputLine[] {
  // All lines are decoded at once where that is valid.
  if (bytes.length <= maxLineBytes && isUtf8(bytes)) {
    return bytes
      .toString("utf8")
      .split("\n")
      .map((text) => ({ kind: "text", text }));
  }
  const lines: InputLine[] = [];
  for (let at = 0; at <= bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed < 0 ? bytes.length : feed;
    lines.push(end - at > maxLineBytes ? tooLong(end - at) : lineOf(bytes.subarray(at, end)));
    at = end + 1;
  }
  return lines;
}

function tooLong(bytes: number): InputLine {
  return { kind: "too-long", bytes };
}

function lineOf(bytes: Buffer): InputLine {
  return isUtf8(bytes) ? { kind: "text", text: bytes.toString("utf8") } : { kind: "not-utf8" };
}

import type { SplitEvents } from "./event-texts.ts";
import { createEventCollector, eventTooLarge } from "./event-texts.ts";

/** Splits NDJSON into events as its bytes arrive. Blank lines are skipped; every other line is an event. */
export interface LineSplitter {
  /** The events that end in this chunk, in parts. It must stay as it is until they are published. */
  push(chunk: Buffer): Iterable<SplitEvents>;
  /** The last event, when it does not end in a line feed. */
  end(): Iterable<SplitEvents>;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export interface LineSplitterOptions {
  readonly maxLineBytes: number;
  /** Position and line of the first line, when others were read before. */
  readonly first?: { readonly position: number; readonly line: number };
}

/** A line longer than `maxLineBytes` is refused, and never held in memory as a whole. */
export function createLineSplitter({
  maxLineBytes,
  first = { position: 0, line: 1 },
}: LineSplitterOptions): LineSplitter {
  const events = createEventCollector(first.position);
  /** Chunks of the unfinished line. Empty when it is already too long. */
  let parts: Buffer[] = [];
  let partBytes = 0;
  let { line } = first;

  function takeLine(bytes: Buffer, start: number, end: number): void {
    let from = start;
    let to = end;
    if (line === 1 && BOM.equals(bytes.subarray(from, from + 3))) from += 3;
    while (to > from && isBlank(bytes[to - 1])) to--;
    while (from < to && isBlank(bytes[from])) from++;
    if (from === to) return;
    if (to - from > maxLineBytes) events.refuse(eventTooLarge(to - from, maxLineBytes), line);
    else events.add(bytes, from, to, line);
  }

  function keepPart(part: Buffer): void {
    partBytes += part.length;
    if (partBytes > maxLineBytes + BOM.length + 1) parts = [];
    // A copy, since chunks are reused.
    else if (part.length > 0) parts.push(Buffer.from(part));
  }

  /** Completes the line that earlier chunks began. */
  function takeKept(): void {
    if (parts.length > 0) {
      const whole = Buffer.concat(parts);
      takeLine(whole, 0, whole.length);
    } else if (partBytes > 0) events.refuse(eventTooLarge(partBytes, maxLineBytes), line);
    parts = [];
    partBytes = 0;
    line++;
  }

  return {
    *push(chunk) {
      let start = 0;
      const last = chunk.lastIndexOf(LINE_FEED);
      if (last >= 0 && partBytes > 0) {
        start = chunk.indexOf(LINE_FEED) + 1;
        keepPart(chunk.subarray(0, start - 1));
        takeKept();
      }
      for (; start <= last; line++) {
        const end = chunk.indexOf(LINE_FEED, start);
        takeLine(chunk, start, end);
        start = end + 1;
        if (events.isFull()) yield events.drain();
      }
      keepPart(chunk.subarray(Math.max(start, last + 1)));
      yield events.drain();
    },
    *end() {
      if (partBytes > 0) takeKept();
      yield events.drain();
    },
  };
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === CARRIAGE_RETURN || byte === TAB;
}

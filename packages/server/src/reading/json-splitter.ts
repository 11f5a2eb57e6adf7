// Longer than a page because it is one state machine: what is allowed next depends on what came before, over all
// chunks.
import type { SplitEvents } from "./event-texts.ts";
import { createEventCollector, eventTooLarge } from "./event-texts.ts";
import type { ValueScan } from "./json-scan.ts";
import { beginScan, isBlank, scanValue } from "./json-scan.ts";
import type { LineSplitter } from "./line-splitter.ts";
import { createLineSplitter } from "./line-splitter.ts";

/**
 * Splits a JSON body into events as its bytes arrive: one object, the elements of an array, or an object on each line.
 * Nothing is parsed, so events keep their bytes (39.0 stays 39.0). Only an unfinished value is held in memory.
 */
export interface JsonSplitter {
  /** The events that end in this chunk, in parts. It must stay as it is until they are published. */
  push(chunk: Buffer): Iterable<SplitEvents>;
  /** The value that was held until it is known that nothing follows. */
  end(): Iterable<SplitEvents>;
}

type Place =
  /** Before the document's first byte. */
  | "start"
  /** Where an element may begin. Before the first, the array may also end. */
  | "first-element"
  | "element"
  /** Inside a value. */
  | "value"
  | "after-element"
  | "after-array"
  /** After a value that is the only one, or the first of several lines. */
  | "after-value"
  | "lines";

const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LINE_FEED = 0x0a;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export function createJsonSplitter({ maxEventBytes }: { readonly maxEventBytes: number }): JsonSplitter {
  const events = createEventCollector();
  let place: Place = "start";
  let isArray = false;
  let broken: string | undefined;
  /** Bytes of earlier chunks. */
  let before = 0;
  let bomBytes = 0;

  let scan: ValueScan = beginScan(undefined);
  /** Earlier chunks of the unfinished value. Empty when it is already too large. */
  let parts: Buffer[] = [];
  let partBytes = 0;
  /** Whether the first object contains no line feed. */
  let isOnOneLine = false;

  /** A single value, held until it is known whether another follows. */
  let alone: { readonly bytes: Buffer; readonly size: number } | undefined;
  let isFollowedByLine = false;
  let lines: LineSplitter | undefined;

  function begin(chunk: Buffer, at: number): number {
    place = "value";
    scan = beginScan(chunk[at]);
    isOnOneLine = chunk[at] === OPEN_BRACE;
    return proceed(chunk, at);
  }

  /** Continues the value that began at `from` or in an earlier chunk. */
  function proceed(chunk: Buffer, from: number): number {
    const end = scanValue(scan, chunk, from);
    if (end === undefined) {
      keep(chunk.subarray(from));
      return chunk.length;
    }
    if (!isArray) endAlone(chunk.subarray(from, end));
    else if (partBytes > 0) endKept(chunk.subarray(from, end));
    else add(chunk, from, end);
    place = isArray ? "after-element" : "after-value";
    return end;
  }

  function keep(part: Buffer): void {
    partBytes += part.length;
    if (!isArray && part.includes(LINE_FEED)) isOnOneLine = false;
    if (partBytes > maxEventBytes) parts = [];
    // A copy, since chunks are reused.
    else if (part.length > 0) parts.push(Buffer.from(part));
  }

  function takeKept(part: Buffer): { readonly bytes: Buffer; readonly size: number } {
    keep(part);
    const taken = { bytes: Buffer.concat(parts), size: partBytes };
    parts = [];
    partBytes = 0;
    return taken;
  }

  function endKept(part: Buffer): void {
    const { bytes, size } = takeKept(part);
    add(bytes, 0, bytes.length, size);
  }

  function endAlone(part: Buffer): void {
    alone = takeKept(part);
  }

  function add(bytes: Buffer, start: number, end: number, size = end - start): void {
    if (size > maxEventBytes) events.refuse(eventTooLarge(size, maxEventBytes), 1);
    else events.add(bytes, start, end, 1);
  }

  function addAlone(): void {
    if (alone !== undefined) add(alone.bytes, 0, alone.bytes.length, alone.size);
    alone = undefined;
  }

  function fail(reason: string): number {
    broken = reason;
    return Number.POSITIVE_INFINITY;
  }

  function drained(): SplitEvents {
    return { ...events.drain(), broken };
  }

  /** Reads from `at`, which is a blank only within a value. Returns the next offset. */
  function step(chunk: Buffer, at: number): number {
    const byte = chunk[at];
    switch (place) {
      case "start":
        if (byte === BOM[bomBytes] && before + at === bomBytes) {
          bomBytes++;
          return at + 1;
        }
        if (bomBytes % BOM.length !== 0) return fail("it begins with a part of a byte order mark");
        if (byte !== OPEN_BRACKET) return begin(chunk, at);
        isArray = true;
        place = "first-element";
        return at + 1;
      case "first-element":
      case "element":
        if (place === "first-element" && byte === CLOSE_BRACKET) {
          place = "after-array";
          return at + 1;
        }
        if (byte === COMMA || byte === CLOSE_BRACKET) return fail(`an element is missing at byte ${before + at}`);
        return begin(chunk, at);
      case "value":
        return proceed(chunk, at);
      case "after-element":
        if (byte !== COMMA && byte !== CLOSE_BRACKET) return fail(`expected "," or "]" at byte ${before + at}`);
        place = byte === COMMA ? "element" : "after-array";
        return at + 1;
      case "after-array":
        return fail(`something follows the array, at byte ${before + at}`);
      case "after-value":
        if (!isOnOneLine || !isFollowedByLine) {
          return fail(`something follows the first value, at byte ${before + at}`);
        }
        addAlone();
        place = "lines";
        lines = createLineSplitter({ maxLineBytes: maxEventBytes, first: { position: 1, line: 2 } });
        return at;
      case "lines":
        return chunk.length;
      default:
        return place satisfies never;
    }
  }

  return {
    *push(chunk) {
      let at = broken === undefined ? 0 : chunk.length;
      while (at < chunk.length) {
        if (lines !== undefined) {
          yield drained();
          yield* lines.push(chunk.subarray(at));
          at = chunk.length;
        } else if (place !== "value" && isBlank(chunk[at])) {
          if (place === "after-value" && chunk[at] === LINE_FEED) isFollowedByLine = true;
          at++;
        } else at = step(chunk, at);
        if (events.isFull()) yield drained();
      }
      before += chunk.length;
      yield drained();
    },
    *end() {
      if (lines !== undefined) yield* lines.end();
      else if (broken === undefined) {
        if (place === "value" && scan.kind === "word" && !isArray) endAlone(Buffer.alloc(0));
        else if (place !== "start" && place !== "after-array" && place !== "after-value") {
          broken = "it ends in the middle of a value";
        }
        addAlone();
      }
      yield drained();
    },
  };
}

import type { SplitEvents } from "./event-texts.ts";
import { isBlank } from "./json-scan.ts";
import { createJsonSplitter } from "./json-splitter.ts";
import { createLineSplitter } from "./line-splitter.ts";

/** Splits a file into events as its bytes arrive: the elements of a JSON array, or an event on each line. */
export interface InputSplitter {
  push(chunk: Buffer): Iterable<SplitEvents>;
  end(): Iterable<SplitEvents>;
  /** Whether the file is an array, whose events have no line numbers. */
  readonly isArray: boolean;
}

/** What begins with more blanks is read as lines. */
const MOST_BLANK_BYTES = 1024 * 1024;
const OPEN_BRACKET = 0x5b;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** No event begins with a bracket, so the first non-blank byte decides. */
export function createInputSplitter({ maxEventBytes }: { readonly maxEventBytes: number }): InputSplitter {
  let splitter: Omit<InputSplitter, "isArray"> | undefined;
  let isArray = false;
  /** Blanks, and bytes of a byte order mark. */
  let head: Buffer = Buffer.alloc(0);

  function choose(byte: number | undefined): Omit<InputSplitter, "isArray"> {
    isArray = byte === OPEN_BRACKET;
    return isArray ? createJsonSplitter({ maxEventBytes }) : createLineSplitter({ maxLineBytes: maxEventBytes });
  }

  return {
    get isArray() {
      return isArray;
    },
    push(chunk) {
      if (splitter !== undefined) return splitter.push(chunk);
      head = Buffer.concat([head, chunk]);
      const start = BOM.subarray(0, head.length).equals(head.subarray(0, BOM.length)) ? BOM.length : 0;
      const at = head.findIndex((byte, index) => index >= start && !isBlank(byte));
      if (at < 0 && head.length < MOST_BLANK_BYTES) return [];
      splitter = choose(head[at]);
      return splitter.push(head);
    },
    end() {
      splitter ??= choose(undefined);
      return splitter.end();
    },
  };
}

/** Splits a stream into messages, however it is chunked. */
export interface Splitter {
  /** The messages that this chunk completes. */
  push(chunk: Buffer): readonly string[];
  /** Bytes of an incomplete message. */
  readonly waiting: number;
}

/** How messages are delimited: by LF at the end, or by a length at the beginning (RFC 6587). */
export type LineFraming = "lf" | "octet_counting";

export function createSplitter(framing: LineFraming): Splitter {
  const next = framing === "lf" ? nextLine : nextCounted;
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const stream = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const messages: string[] = [];
      let at = 0;
      for (let found = next(stream, at); found !== undefined; found = next(stream, at)) {
        messages.push(stream.toString("utf8", found.start, found.end));
        at = found.next;
      }
      rest = stream.subarray(at);
      return messages;
    },
    get waiting() {
      return rest.length;
    },
  };
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

const LF = 0x0a;
const MAX_COUNT_DIGITS = 7;

function nextLine(stream: Buffer, at: number): Found | undefined {
  const end = stream.indexOf(LF, at);
  return end === -1 ? undefined : { start: at, end, next: end + 1 };
}

/** `MSG-LEN SP SYSLOG-MSG`. Text without a count is read as a line, as rsyslog does. */
function nextCounted(stream: Buffer, at: number): Found | undefined {
  const head = stream.toString("latin1", at, at + MAX_COUNT_DIGITS + 1);
  const count = /^([1-9]\d*) /.exec(head)?.[1];
  if (count === undefined) return /^[1-9]\d*$/.test(head) || head === "" ? undefined : nextLine(stream, at);
  const start = at + count.length + 1;
  const end = start + Number(count);
  return end > stream.length ? undefined : { start, end, next: end };
}

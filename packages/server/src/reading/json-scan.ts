const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** State of scanning a value, kept between two chunks. */
export interface ValueScan {
  readonly kind: "nested" | "string" | "word";
  depth: number;
  inString: boolean;
  /** Whether the previous byte escapes the next one. */
  isEscaped: boolean;
}

/** Begins a scan by the value's first byte, which is then scanned like every other. */
export function beginScan(first: number | undefined): ValueScan {
  const kind = first === QUOTE ? "string" : first === OPEN_BRACE || first === OPEN_BRACKET ? "nested" : "word";
  return { kind, depth: 0, inString: false, isEscaped: false };
}

/** End of the value in this chunk; undefined when it continues in the next. The value may still be invalid JSON. */
export function scanValue(scan: ValueScan, chunk: Buffer, start: number): number | undefined {
  return scan.kind === "word" ? wordEnd(chunk, start) : containerEnd(scan, chunk, start);
}

function containerEnd(scan: ValueScan, chunk: Buffer, start: number): number | undefined {
  for (let at = start; at < chunk.length; at++) {
    if (scan.inString) {
      const end = stringEnd(scan, chunk, at);
      if (end === undefined) return undefined;
      if (scan.depth === 0) return end;
      at = end - 1;
      continue;
    }
    switch (chunk[at]) {
      case QUOTE:
        scan.inString = true;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        scan.depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (--scan.depth === 0) return at + 1;
        break;
      default:
    }
  }
  return undefined;
}

/** The offset after the closing quote. */
function stringEnd(scan: ValueScan, chunk: Buffer, start: number): number | undefined {
  for (let at = start; at < chunk.length; at++) {
    if (scan.isEscaped) scan.isEscaped = false;
    else if (chunk[at] === BACKSLASH) scan.isEscaped = true;
    else if (chunk[at] === QUOTE) {
      scan.inString = false;
      return at + 1;
    }
  }
  return undefined;
}

function wordEnd(chunk: Buffer, start: number): number | undefined {
  for (let at = start; at < chunk.length; at++) {
    const byte = chunk[at];
    if (isBlank(byte) || byte === COMMA || byte === CLOSE_BRACKET) return at;
  }
  return undefined;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

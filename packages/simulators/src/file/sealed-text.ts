import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";

/** Number of bytes that the file's chain has sealed. Bytes after them may still be cut off. */
export function sealedBytes(stem: string): number {
  const text = readFileSync(nowAt(`${stem}.chain`), "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return Number(/^(?:batch|closed) (\d+) \d+ [0-9a-f]{64}\n$/m.exec(lastLineOf(whole))?.[1] ?? 0);
}

export function textBetween(stem: string, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from);
  const file = openSync(nowAt(`${stem}.ndjson`), "r");
  try {
    for (let at = 0, read = -1; at < bytes.length && read !== 0; at += read) {
      read = readSync(file, bytes, at, bytes.length - at, from + at);
    }
  } finally {
    closeSync(file);
  }
  return bytes.toString();
}

function lastLineOf(text: string): string {
  return text.slice(text.lastIndexOf("\n", text.length - 2) + 1);
}

/** A file has another name while it is written. */
function nowAt(path: string): string {
  return existsSync(path) ? path : `${path}.open`;
}

import type { ScannedTexts } from "../../event/scan/event-scanner.ts";

/** A larger buffer is too rare to keep. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
/** Reused buffer; its content is valid until the next call. */
let scratch = Buffer.alloc(0);

/**
 * Writes texts as bytes for a scan. Valid until the next call. The range of a text with half of a surrogate pair, which
 * has no UTF-8, is empty.
 */
export function writtenTexts(texts: readonly string[]): ScannedTexts {
  let most = 0;
  for (const { length } of texts) most += length * 3;
  const bytes = most <= scratch.length ? scratch : Buffer.allocUnsafeSlow(most);
  if (bytes.length <= MOST_KEPT_BYTES) scratch = bytes;
  const ranges: number[] = [];
  let at = 0;
  for (const text of texts) {
    const start = at;
    at += bytes.write(text, at, "utf8");
    // As many bytes as characters are ASCII.
    if (at - start !== text.length && !text.isWellFormed()) at = start;
    ranges.push(start, at);
  }
  return { bytes, ranges };
}

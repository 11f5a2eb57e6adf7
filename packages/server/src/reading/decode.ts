import { isAscii, isUtf8 } from "node:buffer";

/** Decodes a range of bytes; undefined when it is not valid UTF-8. */
export type Decode = (start: number, end: number) => string | undefined;

/** Chooses the cheapest correct decoding once for all ranges of these bytes. Ranges must not split characters. */
export function decoderOf(bytes: Buffer): Decode {
  // One byte is one character, so Latin-1 is correct and fastest.
  if (isAscii(bytes)) return (start, end) => bytes.toString("latin1", start, end);
  if (isUtf8(bytes)) return (start, end) => bytes.toString("utf8", start, end);
  return (start, end) => {
    const part = bytes.subarray(start, end);
    return isUtf8(part) ? part.toString("utf8") : undefined;
  };
}

import { isAscii, isUtf8 } from "node:buffer";

/** Gives a part of some bytes as text; undefined when that part is not valid UTF-8. */
export type Decode = (start: number, end: number) => string | undefined;

/** The cheapest way that is right for these bytes, chosen once for all of their parts. Parts must not cut characters. */
export function decoderOf(bytes: Buffer): Decode {
  // One byte is one character: the fastest of all.
  if (isAscii(bytes)) return (start, end) => bytes.toString("latin1", start, end);
  if (isUtf8(bytes)) return (start, end) => bytes.toString("utf8", start, end);
  return (start, end) => {
    const part = bytes.subarray(start, end);
    return isUtf8(part) ? part.toString("utf8") : undefined;
  };
}

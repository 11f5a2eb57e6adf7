import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { constants, gunzip, inflate } from "node:zlib";

/** A request's decompressed body, or why there is none. */
export type Body =
  | { readonly kind: "read"; readonly body: Buffer; readonly wireBytes: number }
  | { readonly kind: "too-large"; readonly bytes: number }
  | { readonly kind: "unknown-encoding"; readonly encoding: string }
  /** It is not compressed as declared. */
  | { readonly kind: "not-gzip" }
  /** The client closed the connection, so no answer can be sent. */
  | { readonly kind: "broken-off" };

const EMPTY = Buffer.alloc(0);
/** Content encodings of a body. Every simulated SIEM accepts gzip. */
export type Packing = "gzip" | "deflate";

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * Reads a body of at most `maxBytes`, both compressed and decompressed. A truncated compressed body gives the content
 * up to that point, like servers that decompress a stream.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  packings: readonly Packing[] = ["gzip"],
): Promise<Body> {
  const announced = Number(request.headers["content-length"]);
  if (announced > maxBytes) return { kind: "too-large", bytes: announced };
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  const packing = packings.find((known) => known === encoding);
  if (encoding !== "identity" && packing === undefined) return { kind: "unknown-encoding", encoding };
  const sent = await readAll(request, maxBytes);
  if (sent === "too-large") return { kind: sent, bytes: maxBytes + 1 };
  if (sent === "broken-off") return { kind: sent };
  if (packing === undefined || sent.length === 0) return { kind: "read", body: sent, wireBytes: sent.length };
  try {
    const body = await unpackers[packing](sent, { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });
    return { kind: "read", body, wireBytes: sent.length };
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    return tooLarge ? { kind: "too-large", bytes: maxBytes + 1 } : { kind: "not-gzip" };
  }
}

/** The bytes of a request. Bytes beyond the limit are read and discarded. */
function readAll(request: IncomingMessage, maxBytes: number): Promise<Buffer | "too-large" | "broken-off"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) resolve("too-large");
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(joined(chunks, bytes)));
    request.on("error", () => resolve("broken-off"));
    request.on("close", () => resolve("broken-off"));
  });
}

function joined(chunks: readonly Buffer[], bytes: number): Buffer {
  const [first = EMPTY] = chunks;
  return chunks.length <= 1 ? first : Buffer.concat(chunks, bytes);
}

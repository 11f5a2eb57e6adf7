import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { constants, gunzip } from "node:zlib";

/** A request's body, unpacked, or why there is none. */
export type Body =
  | { readonly kind: "read"; readonly body: Buffer; readonly wireBytes: number }
  | { readonly kind: "too-large"; readonly bytes: number }
  | { readonly kind: "unknown-encoding"; readonly encoding: string }
  | { readonly kind: "not-gzip" };

const EMPTY = Buffer.alloc(0);
const unpack = promisify(gunzip);

/**
 * Reads a body that may be gzip, up to `maxBytes` as sent and as unpacked. Throws when the connection breaks off.
 * A gzip body that is cut short gives what was in it, as servers do that unpack a stream.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const announced = Number(request.headers["content-length"]);
  if (announced > maxBytes) return { kind: "too-large", bytes: announced };
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") return { kind: "unknown-encoding", encoding };
  const sent = await readAll(request, maxBytes);
  if (sent === undefined) return { kind: "too-large", bytes: maxBytes + 1 };
  if (encoding === "identity" || sent.length === 0) return { kind: "read", body: sent, wireBytes: sent.length };
  try {
    const body = await unpack(sent, { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });
    return { kind: "read", body, wireBytes: sent.length };
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    return tooLarge ? { kind: "too-large", bytes: maxBytes + 1 } : { kind: "not-gzip" };
  }
}

/** The bytes of a request; undefined as soon as there are more than allowed, with the rest unread. */
function readAll(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) return resolve(undefined);
      chunks.push(chunk);
    });
    request.on("end", () => resolve(joined(chunks, bytes)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the connection broke off")));
  });
}

function joined(chunks: readonly Buffer[], bytes: number): Buffer {
  const [first = EMPTY] = chunks;
  return chunks.length <= 1 ? first : Buffer.concat(chunks, bytes);
}

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Transform } from "node:stream";
import { PassThrough } from "node:stream";
import { createGunzip } from "node:zlib";
import { gatheredChunks } from "../reading/gathered-chunks.ts";

/** How reading a body ended. */
export type BodyEnd =
  | { readonly kind: "complete" }
  /** The decompressed body exceeds the limit. */
  | { readonly kind: "too-large" }
  | { readonly kind: "cut-off"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

export interface BodyReader {
  /**
   * Passes the decompressed body to `take` in large chunks, each valid until `take` has resolved. Reading stops when it
   * returns an end.
   */
  read<End>(take: (chunk: Buffer) => Promise<End | undefined>): Promise<BodyEnd | End>;
}

export interface BodyOptions {
  readonly isGzip: boolean;
  /** Bytes, decompressed. */
  readonly limit: number;
}

const UNPACK_CHUNK_BYTES = 64 * 1024;
const open = new WeakMap<Socket, Transform>();

/**
 * Reads a request's body and never closes its connection, so that an answer can be sent whatever is wrong with the
 * body. The unread rest is discarded as it arrives; the server's request timeout ends a client that never stops.
 */
export function createBodyReader(request: IncomingMessage, { isGzip, limit }: BodyOptions): BodyReader {
  const unpacked = isGzip ? createGunzip({ chunkSize: UNPACK_CHUNK_BYTES }) : new PassThrough();
  return {
    async read(take) {
      open.set(request.socket, unpacked);
      request.on("error", (error) => unpacked.destroy(new CutOff(error.message)));
      request.pipe(unpacked);
      try {
        for await (const chunk of gatheredChunks(limited(unpacked, limit))) {
          const end = await take(chunk);
          if (end !== undefined) return end;
        }
        return { kind: "complete" };
      } catch (error) {
        if (error instanceof TooLarge) return { kind: "too-large" };
        if (error instanceof CutOff) return { kind: "cut-off", reason: error.message };
        const end = unpackFailure(error);
        if (end === undefined) throw error;
        return end;
      } finally {
        open.delete(request.socket);
        request.unpipe(unpacked);
        // Ends a read that is still under way.
        unpacked.destroy();
        request.resume();
      }
    },
  };
}

/** Tells the reader of this connection's request that its body is cut off. False when there is no reader. */
export function cutOffBody(socket: Socket, reason: string): boolean {
  const unpacked = open.get(socket);
  unpacked?.destroy(new CutOff(reason));
  return unpacked !== undefined;
}

class CutOff extends Error {}

class TooLarge extends Error {}

async function* limited(chunks: AsyncIterable<Buffer>, limit: number): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) throw new TooLarge();
    yield chunk;
  }
}

function unpackFailure(error: unknown): BodyEnd | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "Z_BUF_ERROR") return { kind: "cut-off", reason: "the gzip data ends too early" };
  if (typeof code === "string" && code.startsWith("Z_")) {
    return { kind: "unreadable", reason: "the body is not valid gzip data" };
  }
  return undefined;
}

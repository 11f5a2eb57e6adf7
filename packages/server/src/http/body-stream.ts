import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
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
/** As much as a stream holds of a body before it waits. */
const SMALL_BYTES = 16 * 1024;
/** Ends the reading of a body, by its connection. */
const open = new WeakMap<Socket, (reason: string) => void>();

/**
 * Reads a request's body and never closes its connection, so that an answer can be sent whatever is wrong with the
 * body. The unread rest is discarded as it arrives; the server's request timeout ends a client that never stops.
 */
export function createBodyReader(request: IncomingMessage, { isGzip, limit }: BodyOptions): BodyReader {
  const isSmall = !isGzip && Number(request.headers["content-length"]) <= SMALL_BYTES;
  return isSmall ? smallBody(request) : streamedBody(request, { isGzip, limit });
}

/** A body of known size is read as one: streams cost more than all else that a few events do. */
function smallBody(request: IncomingMessage): BodyReader {
  return {
    async read(take) {
      try {
        const { chunks, cutOff } = await collected(request);
        // Events that were whole before a body is cut off are accepted.
        const end = chunks.length === 0 ? undefined : await take(Buffer.concat(chunks));
        if (end !== undefined) return end;
        return cutOff === undefined ? { kind: "complete" } : { kind: "cut-off", reason: cutOff };
      } finally {
        open.delete(request.socket);
      }
    },
  };
}

interface Collected {
  readonly chunks: readonly Buffer[];
  /** Why there is no more. */
  readonly cutOff: string | undefined;
}

function collected(request: IncomingMessage): Promise<Collected> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const end = (cutOff?: string) => resolve({ chunks, cutOff });
    open.set(request.socket, end);
    request.on("error", (error) => end(error.message));
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => end());
  });
}

function streamedBody(request: IncomingMessage, { isGzip, limit }: BodyOptions): BodyReader {
  const unpacked = isGzip ? createGunzip({ chunkSize: UNPACK_CHUNK_BYTES }) : new PassThrough();
  return {
    async read(take) {
      const cutOff = (reason: string) => void unpacked.destroy(new CutOff(reason));
      open.set(request.socket, cutOff);
      request.on("error", (error) => cutOff(error.message));
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
  const end = open.get(socket);
  end?.(reason);
  return end !== undefined;
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

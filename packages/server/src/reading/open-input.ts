import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { addAbortSignal, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** A file or a pipe of events, decompressed if it is gzip. */
export interface Input {
  readonly chunks: AsyncIterable<Buffer>;
  /** Size of the input itself, compressed or not. Undefined for a pipe. */
  readonly totalBytes: number | undefined;
  bytesRead(): number;
}

const CHUNK_BYTES = 512 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Opens a file; `-` is standard input. Throws when there is no such file. Reading fails when `signal` aborts. */
export async function openInput(path: string, stdin: Readable, signal: AbortSignal): Promise<Input> {
  if (path === "-") return inputOf(addAbortSignal(signal, stdin), undefined);
  // Not opened to look: a named pipe's writer would see its reader go.
  const found = await stat(path);
  if (found.isDirectory()) throw new Error("it is a folder");
  return inputOf(
    createReadStream(path, { highWaterMark: CHUNK_BYTES, signal }),
    found.isFile() ? found.size : undefined,
  );
}

function inputOf(source: AsyncIterable<Buffer>, totalBytes: number | undefined): Input {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of source) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return { chunks: unpacked(counted()), totalBytes, bytesRead: () => bytes };
}

/** Detects gzip by its first bytes, whatever the file's name. */
async function* unpacked(source: AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole() {
    if (head.length > 0) yield head;
    yield* source;
  }
  const isGzip = head.subarray(0, GZIP.length).equals(GZIP);
  // The stream itself reports a failure to the reader.
  yield* isGzip ? pipeline(whole, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : whole();
}

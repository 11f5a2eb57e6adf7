import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { createSemaphore } from "../../semaphore.ts";

const gzipAsync = promisify(gzip);

/** Below this size, the thread pool costs more than the compression. */
const SYNC_BYTES = 16 * 1024;

/** Level 1 is 2.5 times as fast as the default for a tenth more bytes. */
const options = { level: 1 };

/**
 * Half of Node's thread pool. The disk queue writes with the same threads: a destination with a backlog must not delay
 * every publish.
 */
const semaphore = createSemaphore(Math.max(1, Math.floor(Number(process.env["UV_THREADPOOL_SIZE"] ?? 4) / 2) || 2));

/** Compresses on this thread; for worker threads. */
export function compressHere(body: Buffer): Buffer {
  return gzipSync(body, options);
}

/** Compresses on Node's thread pool if that is faster. */
export async function compress(body: Buffer): Promise<Buffer> {
  return body.length <= SYNC_BYTES ? compressHere(body) : semaphore.run(() => gzipAsync(body, options));
}

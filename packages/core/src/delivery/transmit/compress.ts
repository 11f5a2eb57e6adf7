import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { createSemaphore } from "../../semaphore.ts";

const gzipAsync = promisify(gzip);

/** Below this size, the thread pool costs more than the compression. */
const SYNC_BYTES = 16 * 1024;

/** Threads of Node's pool, unless the environment says otherwise. */
const NODE_POOL_THREADS = 4;

/** Level 1 is 2.5 times as fast as the default for a tenth more bytes. */
const options = { level: 1 };

const semaphore = createSemaphore(compressedAtOnce(availableParallelism(), Number(process.env["UV_THREADPOOL_SIZE"])));

/**
 * Returns how many bodies the thread pool compresses at a time. A destination with a backlog must not delay every
 * publish: one core is left to this thread, and half of the pool to the disk queue, which writes with the same threads.
 */
function compressedAtOnce(cores: number, poolThreads: number): number {
  return Math.max(1, Math.min(cores - 1, Math.floor((poolThreads || NODE_POOL_THREADS) / 2)));
}

/** Compresses on this thread; for worker threads. */
export function compressHere(body: Buffer): Buffer {
  return gzipSync(body, options);
}

/** Compresses on Node's thread pool if that is faster. */
export async function compress(body: Buffer): Promise<Buffer> {
  return body.length <= SYNC_BYTES ? compressHere(body) : semaphore.run(() => gzipAsync(body, options));
}

import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { createSemaphore } from "../../semaphore.ts";

const gzipAsync = promisify(gzip);

/** Below this the way to the thread pool and back costs more than the work. */
const SYNC_BYTES = 16 * 1024;

/** Level 1: two and a half times the speed of the default for a tenth more bytes. */
const options = { level: 1 };

/**
 * Half the threads of Node's pool. The disk queue's writes use the same ones: a destination with a backlog would
 * otherwise have every publish of everybody wait behind its bodies.
 */
const semaphore = createSemaphore(Math.max(1, Math.floor(Number(process.env["UV_THREADPOOL_SIZE"] ?? 4) / 2) || 2));

/** On this thread, for one that has nothing else to do. */
export function compressHere(body: Buffer): Buffer {
  return gzipSync(body, options);
}

/** On Node's threads, where that is worth the way. */
export async function compress(body: Buffer): Promise<Buffer> {
  return body.length <= SYNC_BYTES ? compressHere(body) : semaphore.run(() => gzipAsync(body, options));
}

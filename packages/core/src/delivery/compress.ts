import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";

const gzipAsync = promisify(gzip);

/** Below this the way to the thread pool and back costs more than the work. */
const SYNC_BYTES = 16 * 1024;

/** Level 1: two and a half times the speed of the default for a tenth more bytes. */
const options = { level: 1 };

export async function compress(body: Buffer): Promise<Buffer> {
  return body.length <= SYNC_BYTES ? gzipSync(body, options) : gzipAsync(body, options);
}

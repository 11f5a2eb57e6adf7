import { randomFillSync } from "node:crypto";

const POOL_BYTES = 10 * 256;
const pool = Buffer.allocUnsafe(POOL_BYTES);
let used = POOL_BYTES;

/** A UUID that sorts by time (RFC 9562, version 7), from a clock's milliseconds and 74 random bits. */
export function uuidv7(now: number): string {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const time = now.toString(16).padStart(12, "0");
  const random = pool.toString("hex", used, (used += 10));
  const variant = "89ab"[(pool[used - 8] ?? 0) & 3] ?? "8";
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(5, 8)}-${random.slice(8)}`;
}

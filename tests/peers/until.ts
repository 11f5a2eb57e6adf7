import { setTimeout } from "node:timers/promises";

const POLL_MS = 20;
/** Most milliseconds that one poll counts: on a busy machine others need as much longer as this process does. */
const MOST_COUNTED_MS = 30;

/** Resolves once the condition holds; throws, naming what was awaited, when it does not in time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { what, limitMs }: { readonly what: string; readonly limitMs: number },
): Promise<void> {
  let left = limitMs;
  let lookedAt = performance.now();
  while (!(await holds())) {
    if (left <= 0) throw new Error(`${what} did not come within ${limitMs} ms`);
    await setTimeout(POLL_MS);
    const now = performance.now();
    left -= Math.min(now - lookedAt, MOST_COUNTED_MS);
    lookedAt = now;
  }
}

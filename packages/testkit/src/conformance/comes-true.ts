const POLL_MS = 2;
/** Most milliseconds that one poll counts. */
const MOST_COUNTED_MS = 10;

/**
 * Polls a condition every few milliseconds. False when it is not met in time. Time in which the machine did not run the
 * process hardly counts: nothing could come true in it.
 */
export async function comesTrue(condition: () => boolean, withinMs = 10_000): Promise<boolean> {
  let left = withinMs;
  let lookedAt = performance.now();
  while (!condition()) {
    if (left <= 0) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
    const now = performance.now();
    left -= Math.min(now - lookedAt, MOST_COUNTED_MS);
    lookedAt = now;
  }
  return true;
}

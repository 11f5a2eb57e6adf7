/** Datadog answers 202 for a log dated outside these bounds and then drops it. */
export const MAX_AGE_MS = 18 * 3_600_000;
export const MAX_AHEAD_MS = 2 * 3_600_000;

/** Returns whether Datadog keeps a log with this date. */
export function isInWindow(time: number, now: number): boolean {
  return now - time <= MAX_AGE_MS && time - now <= MAX_AHEAD_MS;
}

/** Returns why an event is not sent. */
export function staleReason(time: number, now: number): string {
  const distance = time < now ? `${hours(now - time)} h old` : `${hours(time - now)} h in the future`;
  return (
    `the event is ${distance}: Datadog takes logs from 18 h back to 2 h ahead and drops others without a word. ` +
    "Set stale to send if it is to be dated at receipt."
  );
}

/** Rounds up, so that it never reads as the limit itself. */
function hours(ms: number): number {
  return Math.ceil(ms / 360_000) / 10;
}

import type { ConnectorContext, EventRecord } from "@arbitex/core";
import { isInWindow } from "./window.ts";

/** So long without one, and the next stale event is news again. */
const QUIET_MS = 10 * 60_000;

/** Counts events that are sent although Datadog would drop them by their own date, and warns when such begin to come. */
export function createStaleNote({ logger, now }: Pick<ConnectorContext, "logger" | "now">) {
  let total = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (records: readonly Pick<EventRecord, "time">[]): void => {
    const at = now();
    const count = records.filter(({ time }) => !isInWindow(time, at)).length;
    if (count === 0) return;
    const isNews = at - lastAt >= QUIET_MS;
    total += count;
    lastAt = at;
    if (isNews) logger.warn({ count, total }, "events outside Datadog's window are sent and dated at receipt");
  };
}

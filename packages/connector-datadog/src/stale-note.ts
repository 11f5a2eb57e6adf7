import type { ConnectorContext, EventRecord } from "@arbitex/core";
import { isInWindow } from "./window.ts";

/** Time without a stale event after which the next one is logged again. */
const QUIET_MS = 10 * 60_000;

/** Counts sent events that Datadog will drop for their age, and warns when they begin. */
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

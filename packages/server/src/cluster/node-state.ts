import type { DestinationStatus } from "@arbitex/core/host";
import { totalOf } from "@arbitex/core/host";
import { z } from "zod";

const count = z.number();
const perName = z.record(z.string(), count);
const text = z.string().optional();
const moment = z.number().optional();

/** What a server tells the others of a destination. Times are in milliseconds since the epoch. */
export const nodeState = z.object({
  health: z.enum(["pending", "healthy", "degraded", "failed"]),
  since: z.number(),
  reason: text,
  fix: text,
  nextAttemptAt: moment,
  lastDeliveryAt: moment,
  lastError: text,
  counts: z.object({
    takenOver: count,
    accepted: count,
    delivered: count,
    filtered: count,
    unreadable: count,
    deadLettered: perName,
    attempts: perName,
  }),
  queued: count,
  underWay: count,
  queueBytes: count,
  /** When its oldest event was accepted; undefined while none waits. */
  oldestAt: moment,
});

export type NodeState = z.output<typeof nodeState>;

/** Undefined for a destination of which this server has had nothing. */
export function nodeStateOf(status: DestinationStatus, now: number): NodeState | undefined {
  const { health, counts, queued, oldestEventAgeMs } = status;
  const { takenOver, accepted } = counts;
  if (health === "pending" && takenOver === 0 && accepted === 0 && totalOf(counts.attempts) === 0) return undefined;
  return {
    health,
    since: status.healthSince,
    reason: status.reason,
    fix: status.fix,
    nextAttemptAt: status.nextAttemptAt,
    lastDeliveryAt: status.lastDeliveryAt,
    lastError: status.lastError,
    counts: { ...counts, deadLettered: { ...counts.deadLettered }, attempts: { ...counts.attempts } },
    queued,
    underWay: status.underWay,
    queueBytes: status.queueBytes,
    // In whole seconds: an age that is computed twice differs by a millisecond, and would be written again.
    oldestAt: queued === 0 ? undefined : Math.round((now - oldestEventAgeMs) / 1000) * 1000,
  };
}

import type { DestinationStatus } from "@arbitex/core/host";

/** A destination as `GET /v1/destinations` shows it. Holds no configuration, and so no secret. */
export function destinationReport(status: DestinationStatus) {
  const { counts } = status;
  return {
    id: status.id,
    type: status.type,
    org_id: status.orgId,
    guarantee: status.guarantee,
    health: status.health,
    reason: status.reason ?? null,
    fix: status.fix ?? null,
    counts: {
      accepted: counts.accepted,
      delivered: counts.delivered,
      filtered: counts.filtered,
      dead_lettered: counts.deadLettered,
      attempts: counts.attempts,
    },
    queue: {
      events: status.queued,
      bytes: status.queueBytes,
      oldest_age_seconds: status.oldestEventAgeMs / 1000,
    },
    last_delivery_at: status.lastDeliveryAt === undefined ? null : new Date(status.lastDeliveryAt).toISOString(),
    last_error: status.lastError ?? null,
  };
}

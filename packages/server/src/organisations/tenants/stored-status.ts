import type { DestinationStatus } from "@arbitex/core/host";
import { lifetimeOf } from "@arbitex/core/host";
import type { StoredCounts, StoredStatus } from "../../database/siem-config-status.ts";

export interface Progress {
  /** The row's counts when the destination was opened. */
  readonly base: StoredCounts | null;
  /** The state written last. */
  readonly last: StoredStatus;
  /** The destination's own counts since it was opened. */
  readonly status: DestinationStatus;
  /** Counts of all servers, where several share a queue. */
  readonly counts?: StoredCounts | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A destination's state for its row. Counts continue over restarts of the server. */
export function storedStatus({ base, last, status, counts = countsOf(base, status), now }: Progress): StoredStatus {
  const { health, reason, fix, lastError, lastDeliveryAt } = status;
  const isWell = health === "healthy" || health === "pending";
  return {
    // After a restart nothing has been delivered yet, but an earlier delivery is known.
    deliveryStatus: health === "pending" && last.lastDeliveryAt !== null ? "healthy" : health,
    lastDeliveryAt: lastDeliveryAt === undefined ? last.lastDeliveryAt : new Date(lastDeliveryAt),
    lastError: reason ?? lastError ?? last.lastError,
    fix: fix ?? null,
    errorSince: isWell ? null : (last.errorSince ?? new Date(now)),
    counts,
  };
}

function countsOf(row: StoredCounts | null, status: DestinationStatus): StoredCounts {
  // A disk queue keeps exact counts itself; the row is a few seconds behind when a server is killed.
  const base = status.before === undefined ? row : null;
  const { delivered: here, filtered: out, deadLettered: dead, queued } = lifetimeOf(status);
  const delivered = (base?.delivered ?? 0) + here;
  const filtered = (base?.filtered ?? 0) + out;
  const deadLettered = (base?.dead_lettered ?? 0) + dead;
  // Computed as a sum: events queued when the server ended are queued again and must not count twice.
  const accepted = delivered + filtered + deadLettered + queued;
  return { accepted, delivered, filtered, dead_lettered: deadLettered, queued };
}

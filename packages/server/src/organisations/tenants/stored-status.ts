import type { DestinationStatus } from "@arbitex/core/host";
import { lifetimeOf } from "@arbitex/core/host";
import type { StoredCounts, StoredStatus } from "../../database/siem-config-status.ts";

export interface Progress {
  /** What the row counted when the destination was opened. */
  readonly base: StoredCounts | null;
  /** What was said last. */
  readonly last: StoredStatus;
  /** What has happened since it was opened. */
  readonly status: DestinationStatus;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How a destination is doing, for its row. Counts go on over restarts of the server. */
export function storedStatus({ base, last, status, now }: Progress): StoredStatus {
  const { health, reason, fix, lastError, lastDeliveryAt } = status;
  const isWell = health === "healthy" || health === "pending";
  return {
    // After a restart nothing was delivered yet; that it once was is known.
    deliveryStatus: health === "pending" && last.lastDeliveryAt !== null ? "healthy" : health,
    lastDeliveryAt: lastDeliveryAt === undefined ? last.lastDeliveryAt : new Date(lastDeliveryAt),
    lastError: reason ?? lastError ?? last.lastError,
    fix: fix ?? null,
    errorSince: isWell ? null : (last.errorSince ?? new Date(now)),
    counts: countsOf(base, status),
  };
}

function countsOf(row: StoredCounts | null, status: DestinationStatus): StoredCounts {
  // A queue that lasts keeps what was counted itself, and exactly: the row is a few seconds behind when a server dies.
  const base = status.before === undefined ? row : null;
  const { delivered: here, filtered: out, deadLettered: dead, queued } = lifetimeOf(status);
  const delivered = (base?.delivered ?? 0) + here;
  const filtered = (base?.filtered ?? 0) + out;
  const deadLettered = (base?.dead_lettered ?? 0) + dead;
  // A sum, for what was queued when the server ended is queued again and must not count twice.
  const accepted = delivered + filtered + deadLettered + queued;
  return { accepted, delivered, filtered, dead_lettered: deadLettered, queued };
}

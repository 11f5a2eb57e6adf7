import type { Health } from "@arbitex/core/host";

/** A destination's state as last written to its row. */
export interface StoredStatus {
  readonly deliveryStatus: Health;
  readonly lastDeliveryAt: Date | null;
  readonly lastError: string | null;
  /** What an operator can do about it. */
  readonly fix: string | null;
  /** Start of the unhealthy state; null while healthy. */
  readonly errorSince: Date | null;
  /** Counts of this server only. */
  readonly counts: StoredCounts | null;
}

export interface StoredCounts {
  readonly accepted: number;
  readonly delivered: number;
  readonly filtered: number;
  readonly dead_lettered: number;
  readonly queued: number;
}

export function sumOfCounts(all: readonly StoredCounts[]): StoredCounts {
  const sum = (of: (one: StoredCounts) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    accepted: sum((one) => one.accepted),
    delivered: sum((one) => one.delivered),
    filtered: sum((one) => one.filtered),
    dead_lettered: sum((one) => one.dead_lettered),
    queued: sum((one) => one.queued),
  };
}

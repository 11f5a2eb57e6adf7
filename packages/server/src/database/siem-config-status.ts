import type { Health } from "@arbitex/core/host";

/** How a destination was doing when the server last wrote it down. */
export interface StoredStatus {
  readonly deliveryStatus: Health;
  readonly lastDeliveryAt: Date | null;
  readonly lastError: string | null;
  /** What a person can do about it. */
  readonly fix: string | null;
  /** Since when it is not healthy; null while it is. */
  readonly errorSince: Date | null;
  /** Of this server alone. */
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

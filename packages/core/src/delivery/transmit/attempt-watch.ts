import type { Carrier } from "./carrier.ts";
import type { Clock } from "../../clock.ts";

/** A carrier whose attempts are watched: one that is under way for long says that something is wrong before it ends. */
export interface AttemptWatch {
  readonly carrier: Carrier;
  /** Of the oldest attempt that is under way; 0 when there is none. */
  oldestAgeMs(): number;
}

export function watchAttempts(carrier: Carrier, clock: Clock): AttemptWatch {
  /** In the order in which they began. */
  const underWay = new Set<{ readonly startedAt: number }>();
  return {
    carrier: {
      ...carrier,
      async carry(load, stop) {
        const attempt = { startedAt: clock.elapsed() };
        underWay.add(attempt);
        try {
          return await carrier.carry(load, stop);
        } finally {
          underWay.delete(attempt);
        }
      },
    },
    oldestAgeMs() {
      for (const { startedAt } of underWay) return Math.max(0, clock.elapsed() - startedAt);
      return 0;
    },
  };
}

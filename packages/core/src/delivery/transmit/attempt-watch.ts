import type { Transmitter } from "./transmitter.ts";
import type { Clock } from "../../clock.ts";

/** A transmitter whose attempts are watched. A long one says that something is wrong before it ends. */
export interface AttemptWatch {
  readonly transmitter: Transmitter;
  /** Of the oldest attempt that is under way; 0 when there is none. */
  oldestAgeMs(): number;
}

export function watchAttempts(transmitter: Transmitter, clock: Clock): AttemptWatch {
  /** In the order in which they began. */
  const underWay = new Set<{ readonly startedAt: number }>();
  return {
    transmitter: {
      ...transmitter,
      async transmit(load, stop) {
        const attempt = { startedAt: clock.elapsed() };
        underWay.add(attempt);
        try {
          return await transmitter.transmit(load, stop);
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

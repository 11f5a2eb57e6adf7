import type { Transmitter } from "./transmitter.ts";
import type { Clock } from "../../clock.ts";

/** Watches the attempts of a transmitter: a long one shows a problem before it ends. */
export interface AttemptWatch {
  readonly transmitter: Transmitter;
  /** Age of the oldest attempt under way, in milliseconds; 0 if there is none. */
  oldestAgeMs(): number;
}

export function watchAttempts(transmitter: Transmitter, clock: Clock): AttemptWatch {
  /** In order of their start. */
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

import type { Clock } from "@arbitex/core/host";
import { createRandom } from "@arbitex/simulators";

/** How many seconds pass on a fast clock in a real one. */
const SPEED = 1000;

/**
 * A clock on which a second takes a millisecond, so that backoff, `Retry-After` and probes pass at once while requests take
 * their real time. Begins now. Time-outs of connections are not its own: they stay real.
 */
export function createFastClock(seed = 1): Clock {
  const startedAt = Date.now();
  const began = performance.now();
  const elapsed = () => Math.floor((performance.now() - began) * SPEED);
  const clock = {
    now: () => startedAt + elapsed(),
    elapsed,
    random: createRandom(seed),
    after(ms: number, action: () => void) {
      const timer = setTimeout(action, Math.ceil(ms / SPEED));
      return () => clearTimeout(timer);
    },
  };
  return clock;
}

/** Looks every few real milliseconds whether something has come true; false when it has not within the time. */
export async function comesTrue(condition: () => boolean, withinMs = 10_000): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
  return true;
}

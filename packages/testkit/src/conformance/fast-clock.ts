import type { Clock } from "@arbitex/core/host";
import { createRandom } from "@arbitex/simulators";

/** Seconds on a fast clock per real second. */
const SPEED = 1000;

/**
 * A clock that runs a thousand times faster, so that backoff, `Retry-After` and probes take milliseconds while requests
 * take their real time. It starts at the current time. Connection timeouts do not use it and stay real.
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

/** Polls a condition every few real milliseconds. False when it is not met in time. */
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

import type { Clock } from "@arbitex/core/host";
import { createRandom } from "@arbitex/simulators";

/** Milliseconds on a fast clock per real millisecond. */
const SPEED = 1000;
/** Most real milliseconds that pass on the clock between two readings: more only pass where the process stood still. */
const STEP_MS = 5;

/**
 * A clock that runs a thousand times faster, so that backoff, `Retry-After` and probes take milliseconds while requests
 * take their real time. It starts at the current time. While the machine does not run the process, the clock stands
 * still with it: a pause of a tenth of a second would be a minute and a half, in which every deadline passes. Connection
 * timeouts do not use it and stay real.
 */
export function createFastClock(seed = 1, realTime: () => number = () => performance.now()): Clock {
  const startedAt = Date.now();
  let lookedAt = realTime();
  let passed = 0;
  const elapsed = () => {
    const now = realTime();
    passed += Math.min(now - lookedAt, STEP_MS) * SPEED;
    lookedAt = now;
    return Math.floor(passed);
  };
  return {
    now: () => startedAt + elapsed(),
    elapsed,
    random: createRandom(seed),
    after(ms, action) {
      const dueAt = elapsed() + ms;
      let timer: NodeJS.Timeout;
      const look = () => {
        const left = dueAt - elapsed();
        if (left <= 0) action();
        else wait(left);
      };
      const wait = (left: number) => {
        timer = setTimeout(look, Math.min(STEP_MS, Math.ceil(left / SPEED)));
      };
      wait(ms);
      return () => clearTimeout(timer);
    },
  };
}

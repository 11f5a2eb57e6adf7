/** Clock, timers and random numbers, so that tests control them. */
export interface Clock {
  /** Current time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Monotonic time in milliseconds, unaffected by changes of the machine's clock. For waits. */
  readonly elapsed: () => number;
  /** A random number from 0 to below 1. */
  readonly random: () => number;
  /** Runs `action` once after `ms`; the returned function cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** A longer wait overflows Node's timers, which then fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock, timers and random numbers of the system. Timers are capped at 24.8 days. */
export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  random: Math.random,
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Waits `ms` milliseconds, or less if `signal` aborts. Never rejects: check the signal afterwards. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const cancel = clock.after(ms, wake);
    signal.addEventListener("abort", wake);
  });
}

export interface ClockShim {
  /** The time of day jumps to this much after (or before) what it would be. */
  shift(byMs: number): void;
}

/** Makes this process's clocks and timers run faster, all by the same factor, and lets its time of day jump. */
export function createClockShim(speed: number): ClockShim {
  let shiftMs = 0;
  const startedAt = Date.now();
  const realNow = performance.now.bind(performance);
  const startedElapsed = realNow();
  const elapsed = () => (realNow() - startedElapsed) * speed;
  Date.now = () => Math.round(startedAt + elapsed() + shiftMs);
  performance.now = () => startedElapsed + elapsed();
  if (speed !== 1) {
    globalThis.setTimeout = faster(globalThis.setTimeout, speed);
    globalThis.setInterval = faster(globalThis.setInterval, speed);
    AbortSignal.timeout = shorterTimeout(AbortSignal.timeout.bind(AbortSignal), speed);
  }
  return {
    shift(byMs) {
      shiftMs = byMs;
    },
  };
}

/** With all that belongs to the original, such as its form for promises. */
function faster<Timer extends typeof setTimeout | typeof setInterval>(original: Timer, speed: number): Timer {
  return new Proxy(original, {
    apply(target, self, [action, ms, ...rest]: [unknown, number | undefined, ...unknown[]]) {
      return Reflect.apply(target, self, [action, (ms ?? 0) / speed, ...rest]);
    },
  });
}

function shorterTimeout(original: (ms: number) => AbortSignal, speed: number): (ms: number) => AbortSignal {
  return (ms) => original(Math.ceil(ms / speed));
}

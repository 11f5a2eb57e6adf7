import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../src/clock.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Runs what is due within `ms`, in order, and all that follows from it. */
  advance(ms: number): Promise<void>;
  /** Someone sets the machine's clock: `now` jumps, and no time passes. */
  jump(ms: number): void;
  /** Timers that are set. */
  readonly timers: number;
  /** Number of readings so far. */
  readonly readings: number;
  /** Lets `ms` pass just before a reading, as where the system stops the process for a moment. */
  pauseBefore(reading: number, ms: number): void;
}

export function createFakeClock(startAt = 1_741_824_000_000, random: () => number = () => 0.5): FakeClock {
  let now = startAt;
  let jumped = 0;
  let readings = 0;
  let pause: { readonly reading: number; readonly ms: number } | undefined;
  const timers = new Set<Timer>();

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    }
    return next;
  }

  function read(): number {
    if (readings++ === pause?.reading) now += pause.ms;
    return now;
  }

  return {
    now: () => read() + jumped,
    elapsed: read,
    jump(ms) {
      jumped += ms;
    },
    pauseBefore(reading, ms) {
      pause = { reading, ms };
    },
    random,
    after(ms, action) {
      const timer = { at: now + Math.max(0, ms), action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      await nextTurn();
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        timers.delete(due);
        now = Math.max(now, due.at);
        due.action();
        await nextTurn();
      }
      now = until;
      await nextTurn();
    },
    get timers() {
      return timers.size;
    },
    get readings() {
      return readings;
    },
  };
}

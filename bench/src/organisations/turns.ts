// How long turns of the event loop are. An event of another organisation waits for the rest of one at each of its steps.
// It measures without a wait, so that one core is busy all the time.

/** What turns took, in milliseconds. By time: an event that arrives meanwhile is more likely in a long one. */
export interface TurnTimes {
  readonly half: number;
  readonly ninety: number;
  readonly ninetyNine: number;
  readonly longest: number;
}

/** Turns in which nothing was done. */
const IDLE_MS = 0.02;

/** Times every turn until the process ends. `take` returns what was found since the last call. */
export function watchTurns(): { take(): TurnTimes } {
  let turns: number[] = [];
  let before = performance.now();

  function next(): void {
    const now = performance.now();
    // The others waited for nothing.
    if (now - before > IDLE_MS) turns.push(now - before);
    before = now;
    setImmediate(next);
  }
  setImmediate(next);

  return {
    take() {
      const sorted = turns.toSorted((a, b) => a - b);
      const all = sorted.reduce((sum, ms) => sum + ms, 0);
      turns = [];
      before = performance.now();
      return {
        half: byShare(sorted, all * 0.5),
        ninety: byShare(sorted, all * 0.9),
        ninetyNine: byShare(sorted, all * 0.99),
        longest: round(sorted.at(-1) ?? 0),
      };
    },
  };
}

function byShare(sorted: readonly number[], share: number): number {
  let sum = 0;
  for (const ms of sorted) {
    sum += ms;
    if (sum >= share) return round(ms);
  }
  return 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Runs a limited number of tasks at once; further tasks wait in FIFO order. */
export interface Semaphore {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createSemaphore(permits: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = permits;
  return {
    async run(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // Pass the permit to the next task directly, so that no other gets in between.
        if (next === undefined) free++;
        else next();
      }
    },
  };
}

/** Runs so much work at a time; later work waits its turn. */
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
        // The next one takes the permit over, so that nothing slips in between.
        if (next === undefined) free++;
        else next();
      }
    },
  };
}

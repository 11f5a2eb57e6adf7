/** Lets so much work go on at a time; what comes later waits its turn. */
export interface Gate {
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let free = width;
  return {
    async pass(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // Who waits takes over the place, so that nobody slips in between.
        if (next === undefined) free++;
        else next();
      }
    },
  };
}

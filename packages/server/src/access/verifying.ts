/** Runs at most `width` verifications at once; of further ones `mostWaiting` wait in FIFO order, and the rest are turned away. */
export interface Verifying {
  /** False when too many wait already: nothing was taken then. */
  begin(): Promise<boolean>;
  /** Ends one that began. */
  end(): void;
}

export function createVerifying({
  width,
  mostWaiting,
}: {
  readonly width: number;
  readonly mostWaiting: number;
}): Verifying {
  const waiting: (() => void)[] = [];
  let free = width;
  return {
    async begin() {
      if (free > 0) {
        free--;
        return true;
      }
      if (waiting.length >= mostWaiting) return false;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return true;
    },
    end() {
      const next = waiting.shift();
      // Who waits takes over the place, so that nobody slips in between.
      if (next === undefined) free++;
      else next();
    },
  };
}

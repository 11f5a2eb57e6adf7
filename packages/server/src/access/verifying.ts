/** Runs at most `width` verifications at once. Up to `mostWaiting` more wait in FIFO order; the rest are refused. */
export interface Verifying {
  /** Waits for a slot. False when too many are waiting already; no slot is taken then. */
  begin(): Promise<boolean>;
  /** Frees the slot. */
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
      // The slot passes directly to the next waiter, so that no newcomer takes it in between.
      if (next === undefined) free++;
      else next();
    },
  };
}

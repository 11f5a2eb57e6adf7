/** Gives turns to one holder at a time, each with a time limit. */
export interface Turns<Holder> {
  /** Resolves when the holder's turn begins, or if it is over. A holder has one turn, however often it asks. */
  take(holder: Holder): Promise<void>;
  has(holder: Holder): boolean;
  /** Ends the holder's turn, or its wait. */
  end(holder: Holder): void;
}

export function createTurns<Holder>(longestMs: number): Turns<Holder> {
  /** Waiting holders in order, each with the callback for its turn. */
  const holders = new Map<Holder, (() => void)[]>();
  let current: Holder | undefined;
  let timer: NodeJS.Timeout | undefined;

  function tell(holder: Holder): void {
    for (const start of holders.get(holder)?.splice(0) ?? []) start();
  }

  function next(): void {
    clearTimeout(timer);
    const [first] = holders.keys();
    current = first;
    if (first === undefined) return;
    // A turn this long ends, so that others proceed.
    timer = setTimeout(() => end(first), longestMs).unref();
    tell(first);
  }

  function end(holder: Holder): void {
    if (!holders.has(holder)) return;
    tell(holder);
    holders.delete(holder);
    if (current === holder) next();
  }

  return {
    take(holder) {
      if (current === holder) return Promise.resolve();
      return new Promise((resolve) => {
        const starts = holders.get(holder);
        if (starts === undefined) holders.set(holder, [resolve]);
        else starts.push(resolve);
        if (current === undefined) next();
      });
    },
    has: (holder) => current === holder,
    end,
  };
}

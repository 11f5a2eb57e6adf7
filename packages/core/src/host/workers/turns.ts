/** Takes turns: one holder at a time, for as long as it takes, but not for ever. */
export interface Turns<Holder> {
  /** Resolves when it is the holder's turn, or that is over already. A holder has one turn, however often it asks. */
  take(holder: Holder): Promise<void>;
  has(holder: Holder): boolean;
  /** Ends the holder's turn, or its wait. */
  end(holder: Holder): void;
}

export function createTurns<Holder>(longestMs: number): Turns<Holder> {
  /** In the order in which they came, each with what is to be told when its turn comes. */
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
    // One that takes so long does not keep the others waiting.
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

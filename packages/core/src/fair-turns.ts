/**
 * Shares a thread among long work of many owners. All of it together takes about `SLICE_MS` of one turn of the event
 * loop, so that the events of other destinations pass between. Owners that wait go on in rotation, a few a turn: work of
 * an owner with many batches does not come before that of one with few. Each does at least a part of its work, also
 * after the slice: work of few events is done by then, and longer work waits from its next part on. So it is with an
 * owner that has not worked in this turn and does not wait, which begins at once.
 */
export interface FairTurns {
  /** Returns undefined if the owner may work now, else a promise that resolves when it may. */
  take(owner: string): Promise<void> | undefined;
  /** Whether to take another turn before going on. Reads a clock: ask it every few events. */
  isOver(): boolean;
}

export interface FairTurnsOptions {
  /** Monotonic time in milliseconds. */
  readonly elapsed: () => number;
  /** Calls back in the next turn of the event loop, after what has arrived meanwhile. */
  readonly nextTurn: (action: () => void) => void;
}

/** Time of one turn of the event loop for work that waits. */
const SLICE_MS = 1;
/** Time after the slice in which other owners may still begin. */
const GRACE_MS = 0.5;
/** Owners that go on in one turn. A part takes up to 0.1 ms: many of them would make a long turn. */
const MOST_TOGETHER = 8;

export function createFairTurns({ elapsed, nextTurn }: FairTurnsOptions): FairTurns {
  /** Those that wait, by owner, in rotation. */
  const waiting = new Map<string, (() => void)[]>();
  /** Those that have worked in this turn of the event loop. */
  const worked = new Set<string>();
  /** Whether work was done in this turn of the event loop. */
  let isBegun = false;
  let overAt = 0;

  function begin(): void {
    isBegun = true;
    overAt = elapsed() + SLICE_MS;
    nextTurn(end);
  }

  function end(): void {
    isBegun = false;
    worked.clear();
    const owners: string[] = [];
    for (const owner of waiting.keys()) if (owners.push(owner) === MOST_TOGETHER) break;
    if (owners.length > 0) begin();
    for (const owner of owners) goOn(owner);
  }

  /** Lets an owner go on. What else it waits for comes behind all others. */
  function goOn(owner: string): void {
    const [resolve, ...others] = waiting.get(owner) ?? [];
    waiting.delete(owner);
    if (others.length > 0) waiting.set(owner, others);
    worked.add(owner);
    resolve?.();
  }

  /** Returns whether an owner may work without waiting. */
  function mayWork(owner: string): boolean {
    if (!isBegun) return true;
    const overdue = elapsed() - overAt;
    if (waiting.size === 0 && overdue < 0) return true;
    return overdue < GRACE_MS && !worked.has(owner) && !waiting.has(owner);
  }

  function isOver(): boolean {
    return isBegun && elapsed() >= overAt;
  }

  return {
    isOver,
    take(owner) {
      if (mayWork(owner)) {
        if (!isBegun) begin();
        worked.add(owner);
        return undefined;
      }
      return new Promise((resolve) => {
        const resolvers = waiting.get(owner);
        if (resolvers === undefined) waiting.set(owner, [resolve]);
        else resolvers.push(resolve);
      });
    },
  };
}

/** The turns of this thread's event loop. */
export const threadTurns: FairTurns = createFairTurns({
  elapsed: () => performance.now(),
  nextTurn: (action) => void setImmediate(action),
});

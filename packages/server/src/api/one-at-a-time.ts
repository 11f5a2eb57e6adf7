/** Runs work one at a time per key, in FIFO order. */
export type OneAtATime = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

export function createOneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const turn = workAfter(before, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}

/** A failure of the previous work does not affect the next. */
async function workAfter<Result>(before: Promise<unknown> | undefined, work: () => Promise<Result>): Promise<Result> {
  await before?.catch(() => undefined);
  return work();
}

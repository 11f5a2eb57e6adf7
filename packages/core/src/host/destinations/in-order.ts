/** Runs changes that have the same key one after the other, in the order in which they were asked for. */
export interface InOrder {
  run<Result>(key: string, change: () => Promise<Result>): Promise<Result>;
  /** Resolves when the changes of this key are done that were asked for so far. */
  idle(key: string): Promise<void>;
  /** The same for all keys. */
  allIdle(): Promise<void>;
}

export function createInOrder(): InOrder {
  const last = new Map<string, Promise<void>>();
  return {
    run(key, change) {
      const result = (last.get(key) ?? Promise.resolve()).then(change);
      const done = ended(result).finally(() => {
        if (last.get(key) === done) last.delete(key);
      });
      last.set(key, done);
      return result;
    },
    async idle(key) {
      await last.get(key);
    },
    async allIdle() {
      await Promise.all(last.values());
    },
  };
}

/** Who asked for a change hears of its failure; the next one in line does not. */
async function ended(change: Promise<unknown>): Promise<void> {
  await Promise.allSettled([change]);
}

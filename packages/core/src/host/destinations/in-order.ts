/** Runs changes of the same key one at a time, in the order of calls. */
export interface InOrder {
  run<Result>(key: string, change: () => Promise<Result>): Promise<Result>;
  /** Resolves when the changes of this key requested so far have ended. */
  idle(key: string): Promise<void>;
  /** Resolves when all changes requested so far have ended. */
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

/** Waits for a change, whose caller receives its error. */
async function ended(change: Promise<unknown>): Promise<void> {
  await Promise.allSettled([change]);
}

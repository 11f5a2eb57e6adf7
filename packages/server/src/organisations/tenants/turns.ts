/** Runs work one after the other per id. Work for different ids runs concurrently. */
export interface Turns {
  /** Runs `work` after all earlier work of this id. It must not reject. */
  add(id: string, work: () => Promise<void>): void;
  /** Resolves when all work added so far for this id is done. */
  done(id: string): Promise<void>;
  allDone(): Promise<void>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    add(id, work) {
      const turn = (last.get(id) ?? Promise.resolve()).then(work).finally(() => {
        if (last.get(id) === turn) last.delete(id);
      });
      last.set(id, turn);
    },
    done: (id) => last.get(id) ?? Promise.resolve(),
    async allDone() {
      await Promise.all(last.values());
    },
  };
}
